#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What `body` makes of the file at `path`, open for reading meanwhile. Throws where the file is
/// missing, a folder, unreadable or of a kind whose bytes may never end or never come.
func withRegularFile<Result>(
  _ path: String, _ body: (_ descriptor: Int32, _ facts: stat) throws(FileError) -> Result
) throws(FileError) -> Result {
  // Without O_NONBLOCK, opening a pipe would wait for a writer.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw FileError.reading(path, errno: errno) }
  defer { close(descriptor) }
  var facts = stat()
  guard fstat(descriptor, &facts) == 0 else { throw FileError.reading(path, errno: errno) }
  switch facts.st_mode & S_IFMT {
  case S_IFREG: return try body(descriptor, facts)
  case S_IFDIR: throw FileError.isFolder(path: path)
  default: throw FileError.notAFile(path: path)
  }
}
