#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Keeps a second process from writing to a session.
///
/// The lock is the system's (flock), so it goes with its process, however that dies; the file only tells others
/// who holds it.
final class SessionLock {
  private let path: String
  private var descriptor: Int32

  /// Takes the lock of the session at `session`; throws where another holds it.
  init(session: String, path: String) throws(SessionError) {
    self.path = path
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        let failure = FileBytes.Failure(errno: errno)
        throw .notSaved(path: session, reason: failure.reason)
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let holder = SessionLock.holder(descriptor)
        close(descriptor)
        throw .locked(path: session, process: holder)
      }
      // Between opening and locking, the last holder may have removed the file: then the lock is on a
      // file that nobody else will find.
      if SessionLock.is(descriptor, at: path) {
        self.descriptor = descriptor
        break
      }
      close(descriptor)
    }
    let text = Array("\(getpid())\n".utf8)
    ftruncate(descriptor, 0)
    // Only a courtesy to whoever is refused, so a failure changes nothing.
    _ = pwrite(descriptor, text, text.count, 0)
  }

  /// Whether `path` leads to the open file.
  private static func `is`(_ descriptor: Int32, at path: String) -> Bool {
    var mine = stat()
    var there = stat()
    return fstat(descriptor, &mine) == 0 && stat(path, &there) == 0
      && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev
  }

  private static func holder(_ descriptor: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes[..<count].prefix { $0 != 0x0A }, as: UTF8.self))
  }

  /// Gives the lock back.
  func release() {
    guard descriptor >= 0 else { return }
    if SessionLock.is(descriptor, at: path) { unlink(path) }
    close(descriptor)
    descriptor = -1
  }

  deinit { release() }
}
