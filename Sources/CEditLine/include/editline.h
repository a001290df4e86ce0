// A terminal that can edit the line being typed, and the terminal calls Swift cannot see.
// All of libedit, and every variadic call, stays behind this header.
#ifndef ATTUNE_EDITLINE_H
#define ATTUNE_EDITLINE_H

#include <stddef.h>

/// One open line editor. Not thread-safe: libedit keeps process-wide state (locale, termcap).
typedef struct le_terminal le_terminal;

/// What reading a line ended in.
typedef enum { le_line, le_interrupt, le_end } le_event;

/// What the owner wants after a signal woke the editor.
typedef enum { le_go_on, le_stop, le_leave, le_redraw } le_wake;

/// Asked on Tab. `line` is UTF-8, `cursor` a byte offset into it. Answer by calling
/// le_replace and le_list; calling neither rings the bell.
typedef void (*le_complete)(void *_Nonnull owner, le_terminal *_Nonnull terminal,
                            const char *_Nonnull line, size_t cursor);

/// Asked after a signal: a byte came down `wake`, or a call was interrupted.
typedef le_wake (*le_woken)(void *_Nonnull owner);

/// Opens an editor on `in` and `out` (both are duplicated), reading the user's .editrc under the
/// name `program`. `wake` is the read end of a pipe that signal handlers write to, or -1.
/// NULL when the descriptors or the terminal cannot be used.
le_terminal *_Nullable le_open(const char *_Nonnull program, int in, int out, int wake,
                               void *_Nonnull owner, le_complete _Nonnull complete,
                               le_woken _Nonnull woken);
/// Puts the terminal's modes back and frees everything.
void le_close(le_terminal *_Nonnull terminal);

/// Shows `prompt` and waits for a line. Escape sequences in the prompt stand between two \1 bytes
/// and are followed by a printing character. `initial`, if any, is there to be edited.
/// `*line` has no newline at its end, and stays valid until the next call.
le_event le_read(le_terminal *_Nonnull terminal, const char *_Nonnull prompt,
                 const char *_Nullable initial, const char *_Nullable *_Nonnull line);

/// Adds an entry to the history, newest last; an entry equal to the one before it is dropped.
void le_remember(le_terminal *_Nonnull terminal, const char *_Nonnull entry);

/// Within le_complete: replaces `bytes` bytes before the cursor by `text`.
void le_replace(le_terminal *_Nonnull terminal, size_t bytes, const char *_Nonnull text);
/// Within le_complete: shows `text` (whole lines) below the line and draws the line again.
void le_list(le_terminal *_Nonnull terminal, const char *_Nonnull text);

/// Columns and rows of the window `fd` shows; false where it is none.
_Bool le_window_size(int fd, int *_Nonnull columns, int *_Nonnull rows);
/// Tells the window `fd` belongs to its size.
_Bool le_set_window_size(int fd, int columns, int rows);
/// Opens a pseudoterminal: the controlling end, and the other end's path. -1 on failure.
int le_pty_open(char *_Nonnull path, size_t capacity);

#endif
