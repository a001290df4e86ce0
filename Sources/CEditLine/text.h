// UTF-8 to wide characters and back, whatever the locale.
#ifndef ATTUNE_EDITLINE_TEXT_H
#define ATTUNE_EDITLINE_TEXT_H

#include <stddef.h>
#include <wchar.h>

/// Decodes one character from at most `length` bytes into `*out`; returns the bytes used.
/// A malformed sequence gives U+FFFD and uses one byte. `length` is at least 1.
size_t le_decode(const unsigned char *bytes, size_t length, wchar_t *out);

/// How many bytes a sequence that starts with `first` has, 1 for a malformed start.
size_t le_sequence_length(unsigned char first);

/// `text` as wide characters, to be freed by the caller; NULL when out of memory.
wchar_t *le_widen(const char *text);

/// `length` wide characters as UTF-8, to be freed by the caller; NULL when out of memory.
char *le_narrow(const wchar_t *text, size_t length);

/// The cells of the cursor after `length` characters are shown from `column` in a window of
/// `columns`, as (row, column) below and right of the start of the first row.
void le_advance(const wchar_t *text, size_t length, int columns, int *row, int *column);

#endif
