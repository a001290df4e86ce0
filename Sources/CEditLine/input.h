// What the editor keeps, and where its characters come from.
#ifndef ATTUNE_EDITLINE_INPUT_H
#define ATTUNE_EDITLINE_INPUT_H

#include <histedit.h>
#include <termios.h>

#include "editline.h"

/// Bound to the function that inserts `pending`. A C1 control, which no keyboard sends.
#define LE_INSERT_KEY 0x9F

struct le_terminal {
  EditLine *editor;
  HistoryW *history;
  FILE *in, *out, *complaints;
  struct termios settings;   // the terminal's, before libedit
  int had_settings;
  int wake;
  void *owner;
  le_complete complete;
  le_woken woken;
  le_event ending;           // why the read ended, if it ended without a line
  wchar_t *prompt;           // with its \1 marks
  char *line;                // what le_read handed out last
  wchar_t *pending;          // text the next LE_INSERT_KEY inserts: a paste, or the initial text
  int initial_waits;         // the initial text is to be inserted before the first key
  int answered;              // le_complete called le_replace or le_list
  unsigned char ahead[8];    // bytes read while looking for the start of a paste
  size_t ahead_count;
};

/// libedit's character source: UTF-8 from the descriptor, whatever the locale; signals; pastes.
int le_next_character(EditLine *editor, wchar_t *out);

/// Moves the terminal's cursor below the line as it stands now.
void le_leave_line(le_terminal *terminal);
/// Draws prompt and line again, from the first column of the row the cursor is on.
void le_draw_again(le_terminal *terminal);
/// Writes bytes straight to the terminal, after what libedit has buffered.
void le_write(le_terminal *terminal, const char *text);

#endif
