// posix_openpt and its kin are behind feature macros, and ioctl is variadic: neither is Swift's.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "editline.h"

_Bool le_window_size(int fd, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 0;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 1;
}

_Bool le_set_window_size(int fd, int columns, int rows) {
  struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
  return ioctl(fd, TIOCSWINSZ, &size) == 0;
}

int le_pty_open(char *path, size_t capacity) {
  int controller = posix_openpt(O_RDWR | O_NOCTTY);
  if (controller < 0) return -1;
  // A child that held this end would never see the terminal hang up.
  fcntl(controller, F_SETFD, FD_CLOEXEC);
  const char *name = NULL;
  if (grantpt(controller) == 0 && unlockpt(controller) == 0) name = ptsname(controller);
  if (!name || strlen(name) >= capacity) {
    close(controller);
    return -1;
  }
  strcpy(path, name);
  return controller;
}
