#define _GNU_SOURCE
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t le_sequence_length(unsigned char first) {
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 1;
}

size_t le_decode(const unsigned char *bytes, size_t length, wchar_t *out) {
  *out = 0xFFFD;
  unsigned char first = bytes[0];
  if (first < 0x80) {
    *out = first;
    return 1;
  }
  size_t need = le_sequence_length(first);
  if (need == 1 || need > length) return 1;
  uint32_t value = first & (0x7Fu >> need);
  for (size_t i = 1; i < need; i++) {
    if ((bytes[i] & 0xC0) != 0x80) return 1;
    value = value << 6 | (bytes[i] & 0x3F);
  }
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < least[need] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return 1;
  *out = (wchar_t)value;
  return need;
}

wchar_t *le_widen(const char *text) {
  size_t length = strlen(text), count = 0;
  wchar_t *wide = calloc(length + 1, sizeof *wide);
  if (!wide) return NULL;
  for (size_t i = 0; i < length;)
    i += le_decode((const unsigned char *)text + i, length - i, &wide[count++]);
  wide[count] = 0;
  return wide;
}

static size_t encode(uint32_t c, char *out) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
  if (c < 0x80) {
    out[0] = (char)c;
    return 1;
  }
  if (c < 0x800) {
    out[0] = (char)(0xC0 | c >> 6);
    out[1] = (char)(0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    out[0] = (char)(0xE0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3F));
    out[2] = (char)(0x80 | (c & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | c >> 18);
  out[1] = (char)(0x80 | (c >> 12 & 0x3F));
  out[2] = (char)(0x80 | (c >> 6 & 0x3F));
  out[3] = (char)(0x80 | (c & 0x3F));
  return 4;
}

char *le_narrow(const wchar_t *text, size_t length) {
  char *narrow = malloc(length * 4 + 1);
  if (!narrow) return NULL;
  size_t count = 0;
  for (size_t i = 0; i < length; i++) count += encode((uint32_t)text[i], narrow + count);
  narrow[count] = 0;
  return narrow;
}

void le_advance(const wchar_t *text, size_t length, int columns, int *row, int *column) {
  if (columns < 1) columns = 1;
  for (size_t i = 0; i < length; i++) {
    if (text[i] == L'\n') {
      *row += 1;
      *column = 0;
      continue;
    }
    int width = text[i] == L'\t' ? 8 - *column % 8 : wcwidth(text[i]);
    if (width < 0) width = text[i] < 32 ? 2 : 8;  // libedit shows ^X, or \U+XXXXX
    if (*column + width > columns) {
      *row += 1;
      *column = 0;
    }
    *column += width;
    if (*column >= columns) {
      *row += 1;
      *column = 0;
    }
  }
}
