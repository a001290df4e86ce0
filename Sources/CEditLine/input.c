#define _GNU_SOURCE
#include "input.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

static const char paste_start[] = "\033[200~";
static const char paste_end[] = "\033[201~";

void le_write(le_terminal *t, const char *text) {
  fflush(t->out);
  size_t length = strlen(text);
  while (length > 0) {
    ssize_t written = write(fileno(t->out), text, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text += written;
    length -= (size_t)written;
  }
}

/// The row and column of the cursor, or of the line's end, relative to where the prompt starts.
static void place(le_terminal *t, int at_end, int *row, int *column) {
  int columns = 80, rows;
  le_window_size(fileno(t->out), &columns, &rows);
  *row = *column = 0;
  int hidden = 0;
  for (const wchar_t *p = t->prompt; p && *p; p++) {
    if (*p == 1) hidden = !hidden;
    else if (!hidden) le_advance(p, 1, columns, row, column);
  }
  const LineInfoW *line = el_wline(t->editor);
  const wchar_t *end = at_end ? line->lastchar : line->cursor;
  le_advance(line->buffer, (size_t)(end - line->buffer), columns, row, column);
}

void le_leave_line(le_terminal *t) {
  int row, column, last_row, last_column;
  place(t, 0, &row, &column);
  place(t, 1, &last_row, &last_column);
  le_write(t, "\r");
  for (; row < last_row; row++) le_write(t, "\n");
}

void le_draw_again(le_terminal *t) { el_wset(t->editor, EL_REFRESH); }

/// After a stop and go, or a change of the window: terminals reflow, so count rows anew.
static void redraw(le_terminal *t) {
  int row, column;
  place(t, 0, &row, &column);
  le_write(t, "\r");
  for (; row > 0; row--) le_write(t, "\033[A");
  le_write(t, "\033[J\033[?2004h");
  // The shell may have changed the modes while we were stopped, behind libedit's back.
  el_wset(t->editor, EL_PREP_TERM, 0);
  el_wset(t->editor, EL_PREP_TERM, 1);
  el_resize(t->editor);
  le_draw_again(t);
}

/// Asks the owner what a signal means. 0: go on reading.
static int woken(le_terminal *t) {
  if (t->wake >= 0) {
    char drain[64];
    while (read(t->wake, drain, sizeof drain) == (ssize_t)sizeof drain) {}
  }
  switch (t->woken(t->owner)) {
    case le_go_on: return 0;
    case le_redraw: redraw(t); return 0;
    case le_stop: t->ending = le_interrupt; return 1;
    case le_leave: t->ending = le_end; return 1;
  }
  return 0;
}

/// One byte, waiting at most `milliseconds` (-1: for ever). 1 read, 0 nothing came, -1 the end.
static int next_byte(le_terminal *t, int milliseconds, unsigned char *byte) {
  for (;;) {
    struct pollfd ready[2] = {{.fd = fileno(t->in), .events = POLLIN},
                              {.fd = t->wake, .events = POLLIN}};
    int count = poll(ready, 2, milliseconds);
    if (count == 0) return 0;
    if (count < 0) {
      if (errno == EINTR && !woken(t)) continue;
      return -1;
    }
    if (ready[1].revents) {
      if (woken(t)) return -1;
      continue;
    }
    ssize_t got = read(fileno(t->in), byte, 1);
    if (got == 1) return 1;
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    return -1;
  }
}

/// As next_byte, but what was read ahead comes first.
static int queued_byte(le_terminal *t, int milliseconds, unsigned char *byte) {
  if (t->ahead_count == 0) return next_byte(t, milliseconds, byte);
  *byte = t->ahead[0];
  memmove(t->ahead, t->ahead + 1, --t->ahead_count);
  return 1;
}

/// Pasted text as it goes into the line: newlines are \n, no other control but the tab,
/// and no newline at its end.
static wchar_t *tidied(char *text) {
  char *to = text;
  for (char *from = text; *from; from++) {
    unsigned char c = (unsigned char)*from;
    if (c == '\r') {
      *to++ = '\n';
      if (from[1] == '\n') from++;
    } else if (c == '\n' || c == '\t' || (c >= 32 && c != 127)) {
      *to++ = *from;
    }
  }
  while (to > text && to[-1] == '\n') to--;
  *to = 0;
  return le_widen(text);
}

/// Reads to the end of a paste into `pending`. A paste that never ends is what came of it.
static int read_paste(le_terminal *t) {
  size_t count = 0, capacity = 4096, mark = sizeof paste_end - 1;
  char *text = malloc(capacity);
  if (!text) return -1;
  for (;;) {
    unsigned char byte;
    if (next_byte(t, -1, &byte) != 1) {
      free(text);
      return -1;
    }
    if (count + 2 > capacity) {
      char *larger = realloc(text, capacity *= 2);
      if (!larger) {
        free(text);
        return -1;
      }
      text = larger;
    }
    if (byte != 0) text[count++] = (char)byte;
    if (count >= mark && memcmp(text + count - mark, paste_end, mark) == 0) {
      count -= mark;
      break;
    }
  }
  text[count] = 0;
  free(t->pending);
  t->pending = tidied(text);
  free(text);
  return t->pending ? 1 : -1;
}

/// Having read ESC: 1 if a paste starts here, 0 if not, with the bytes seen kept for later.
/// Asking here rather than by a key binding leaves a lone ESC to vi's users.
static int paste_starts(le_terminal *t) {
  unsigned char seen[sizeof t->ahead], byte;
  size_t count = 0;
  while (count + 1 < sizeof paste_start - 1) {
    int got = queued_byte(t, 50, &byte);
    if (got < 0) return -1;
    if (got == 0) break;
    seen[count++] = byte;
    if (byte != (unsigned char)paste_start[count]) break;
  }
  if (count + 1 == sizeof paste_start - 1 && seen[count - 1] == '~') return 1;
  memmove(t->ahead + count, t->ahead, t->ahead_count);
  memcpy(t->ahead, seen, count);
  t->ahead_count += count;
  return 0;
}

int le_next_character(EditLine *editor, wchar_t *out) {
  le_terminal *t;
  el_wget(editor, EL_CLIENTDATA, &t);
  if (t->initial_waits) {
    t->initial_waits = 0;
    *out = LE_INSERT_KEY;
    return 1;
  }
  unsigned char bytes[4];
  int got = queued_byte(t, -1, &bytes[0]);
  if (got == 1 && bytes[0] == '\033') {
    int paste = paste_starts(t);
    if (paste == 1) {
      got = read_paste(t);
      if (got == 1) {
        *out = LE_INSERT_KEY;
        return 1;
      }
    } else if (paste < 0) {
      got = -1;
    }
  }
  if (got != 1) {
    if (t->ending == le_line) t->ending = le_end;
    errno = t->ending == le_interrupt ? EINTR : 0;
    return t->ending == le_interrupt ? -1 : 0;
  }
  size_t need = le_sequence_length(bytes[0]), count = 1;
  while (count < need && queued_byte(t, 1000, &bytes[count]) == 1) count++;
  le_decode(bytes, count, out);
  if (*out == LE_INSERT_KEY) *out = 0xFFFD;  // typed as such: never a paste
  return 1;
}
