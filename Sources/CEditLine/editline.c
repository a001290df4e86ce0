#define _GNU_SOURCE
#include "editline.h"

#if !__has_include(<histedit.h>)
#error "libedit is missing. On Debian and Ubuntu: apt-get install libedit-dev"
#endif

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "input.h"
#include "text.h"

/// libedit shows and measures characters by the locale, so the locale must know UTF-8.
static void use_utf8(void) {
  static const char *const names[] = {"", "C.UTF-8", "en_US.UTF-8", "UTF-8"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (setlocale(LC_CTYPE, names[i]) && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return;
}

static le_terminal *terminal_of(EditLine *editor) {
  le_terminal *t;
  el_wget(editor, EL_CLIENTDATA, &t);
  return t;
}

static wchar_t *prompt_of(EditLine *editor) { return terminal_of(editor)->prompt; }

/// The key function behind Tab.
static unsigned char complete(EditLine *editor, wint_t key) {
  (void)key;
  le_terminal *t = terminal_of(editor);
  const LineInfoW *line = el_wline(editor);
  char *text = le_narrow(line->buffer, (size_t)(line->lastchar - line->buffer));
  char *before = le_narrow(line->buffer, (size_t)(line->cursor - line->buffer));
  t->answered = 0;
  if (text && before) t->complete(t->owner, t, text, strlen(before));
  free(text);
  free(before);
  return t->answered ? CC_REFRESH : CC_REFRESH_BEEP;
}

/// The key function that inserts a paste or the initial text.
static unsigned char insert_pending(EditLine *editor, wint_t key) {
  (void)key;
  le_terminal *t = terminal_of(editor);
  int failed = t->pending && *t->pending && el_winsertstr(editor, t->pending) != 0;
  free(t->pending);
  t->pending = NULL;
  return failed ? CC_REFRESH_BEEP : CC_REFRESH;
}

/// The key function behind Alt-Return.
static unsigned char insert_newline(EditLine *editor, wint_t key) {
  (void)key;
  return el_winsertstr(editor, L"\n") == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
}

typedef struct { const wchar_t *keys, *function; } binding;

/// Keys we insist on, in every mode.
static const binding everywhere[] = {
  {L"\x9F", L"le-insert"},
  {L"^I", L"le-complete"},
  {L"^R", L"em-inc-search-prev"},
};

/// Keys that start with ESC, which vi's users keep for themselves.
static const binding emacs[] = {
  {L"\\e^M", L"le-newline"},
  {L"\\e^J", L"le-newline"},
  {L"\\e[H", L"ed-move-to-beg"},
  {L"\\e[F", L"ed-move-to-end"},
  {L"\\e[1~", L"ed-move-to-beg"},
  {L"\\e[4~", L"ed-move-to-end"},
  {L"\\e[3~", L"ed-delete-next-char"},
  {L"\\e[1;5C", L"em-next-word"},
  {L"\\e[1;5D", L"ed-prev-word"},
  {L"\\e[1;3C", L"em-next-word"},
  {L"\\e[1;3D", L"ed-prev-word"},
};

static void bind_keys(le_terminal *t) {
  EditLine *el = t->editor;
  const wchar_t *mode = NULL;
  el_wget(el, EL_EDITOR, &mode);
  int vi = mode && wcscmp(mode, L"vi") == 0;
  for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
    el_wset(el, EL_BIND, everywhere[i].keys, everywhere[i].function, NULL);
  if (vi) {
    el_wset(el, EL_BIND, L"-a", L"\x9F", L"le-insert", NULL);
    return;
  }
  for (size_t i = 0; i < sizeof emacs / sizeof *emacs; i++)
    el_wset(el, EL_BIND, emacs[i].keys, emacs[i].function, NULL);
}

static FILE *reopened(int fd, const char *mode) {
  int copy = dup(fd);
  FILE *file = copy < 0 ? NULL : fdopen(copy, mode);
  if (!file && copy >= 0) close(copy);
  return file;
}

static void discard(le_terminal *t) {
  if (t->editor) el_end(t->editor);
  // libedit leaves its own idea of how commands want the terminal, not what it found.
  if (t->in && t->had_settings) tcsetattr(fileno(t->in), TCSADRAIN, &t->settings);
  if (t->history) history_wend(t->history);
  if (t->in) fclose(t->in);
  if (t->out) fclose(t->out);
  if (t->complaints) fclose(t->complaints);
  free(t->prompt);
  free(t->line);
  free(t->pending);
  free(t);
}

le_terminal *le_open(const char *program, int in, int out, int wake, void *owner,
                     le_complete completer, le_woken woken) {
  le_terminal *t = calloc(1, sizeof *t);
  if (!t) return NULL;
  use_utf8();
  t->wake = wake;
  t->owner = owner;
  t->complete = completer;
  t->woken = woken;
  t->had_settings = tcgetattr(in, &t->settings) == 0;
  t->in = reopened(in, "r");
  t->out = reopened(out, "w");
  t->complaints = fopen("/dev/null", "w");  // "No entry for terminal type": we ask TERM ourselves
  t->history = history_winit();
  if (t->in && t->out && t->complaints && t->history)
    t->editor = el_init(program, t->in, t->out, t->complaints);
  if (!t->editor) {
    discard(t);
    return NULL;
  }
  HistEventW event;
  history_w(t->history, &event, H_SETSIZE, 5000);
  history_w(t->history, &event, H_SETUNIQUE, 1);
  el_wset(t->editor, EL_CLIENTDATA, t);
  el_wset(t->editor, EL_SIGNAL, 0);
  el_wset(t->editor, EL_EDITOR, L"emacs");
  // The kernel would turn \r into \n, and a pasted \r\n into two line ends.
  el_wset(t->editor, EL_SETTY, L"-d", L"-icrnl", L"-inlcr", NULL);
  // Keys typed while work runs wait for the next line; shown at once they would land amid the output.
  el_wset(t->editor, EL_SETTY, L"-x", L"-echo", NULL);
  el_wset(t->editor, EL_HIST, history_w, t->history);
  el_wset(t->editor, EL_PROMPT_ESC, prompt_of, L'\1');
  el_wset(t->editor, EL_GETCFN, le_next_character);
  el_wset(t->editor, EL_ADDFN, L"le-complete", L"Complete the word", complete);
  el_wset(t->editor, EL_ADDFN, L"le-insert", L"Insert pasted text", insert_pending);
  el_wset(t->editor, EL_ADDFN, L"le-newline", L"Insert a line break", insert_newline);
  el_source(t->editor, NULL);
  bind_keys(t);
  return t;
}

void le_close(le_terminal *t) {
  el_wset(t->editor, EL_EDITMODE, 0);
  discard(t);
}

le_event le_read(le_terminal *t, const char *prompt, const char *initial, const char **line) {
  *line = NULL;
  free(t->prompt);
  t->prompt = le_widen(prompt);
  free(t->pending);
  t->pending = initial ? le_widen(initial) : NULL;
  t->initial_waits = t->pending != NULL;
  t->ending = le_line;
  if (!t->prompt) return le_end;

  le_write(t, "\033[?2004h");
  int count = 0;
  const wchar_t *got = el_wgets(t->editor, &count);
  if (!got && t->ending == le_interrupt) le_leave_line(t);
  le_write(t, "\033[?2004l");

  free(t->line);
  t->line = NULL;
  if (!got || count <= 0) {
    le_write(t, "\n");
    return t->ending == le_interrupt ? le_interrupt : le_end;
  }
  if (got[count - 1] == L'\n') count--;
  t->line = le_narrow(got, (size_t)count);
  *line = t->line;
  return t->line ? le_line : le_end;
}

void le_remember(le_terminal *t, const char *entry) {
  wchar_t *wide = le_widen(entry);
  HistEventW event;
  if (wide && *wide) history_w(t->history, &event, H_ENTER, wide);
  free(wide);
}

void le_replace(le_terminal *t, size_t bytes, const char *text) {
  const LineInfoW *line = el_wline(t->editor);
  char *before = le_narrow(line->buffer, (size_t)(line->cursor - line->buffer));
  wchar_t *wide = le_widen(text);
  t->answered = 1;
  if (before && wide) {
    size_t length = strlen(before), characters = 0;
    if (bytes > length) bytes = length;
    for (size_t i = length - bytes; i < length; i++)
      characters += ((unsigned char)before[i] & 0xC0) != 0x80;
    if (characters > 0) el_deletestr(t->editor, (int)characters);
    if (*wide) el_winsertstr(t->editor, wide);
  }
  free(before);
  free(wide);
}

void le_list(le_terminal *t, const char *text) {
  t->answered = 1;
  le_leave_line(t);
  le_write(t, "\n");
  le_write(t, text);
  le_draw_again(t);
}
