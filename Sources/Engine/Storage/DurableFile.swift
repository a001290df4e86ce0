#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes that are there whole or not at all, and still there after a power cut.
///
/// A file is written beside its place, brought to the disk, renamed into place, and the folder is
/// brought to the disk too. Whatever goes wrong on the way, what stood there before is unchanged.
public enum DurableFile {
  /// Replaces the file at `path` by `bytes`.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try write(to: path) { (writer) throws(FileError) in try writer.append(bytes) }
  }

  /// Replaces the file at `path` by `text` in UTF-8.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// Replaces the file at `path` by what `body` appends.
  public static func write(
    to path: String, _ body: (inout DurableWriter) throws(FileError) -> Void
  ) throws(FileError) {
    // A link must go on pointing at its file, so the file behind it is replaced.
    let target = resolved(path)
    var writer = try DurableWriter(path: path, temporary: temporaryName(beside: target))
    do throws(FileError) {
      try body(&writer)
      try writer.finish(keepingModeOf: target)
      guard rename(writer.temporary, target) == 0 else {
        throw FileError.writing(path, errno: errno)
      }
    } catch {
      writer.abandon()
      throw error
    }
    try syncFolder(holding: target, for: path)
  }

  /// Makes the folder at `path` and those above it that are missing.
  public static func makeFolder(_ path: String) throws(FileError) {
    if mkdir(path, 0o777) == 0 { return try syncFolder(holding: path, for: path) }
    let code = errno
    if code == EEXIST, isFolder(path) { return }
    let above = folder(of: path)
    guard code == ENOENT, above != path, above != "." else {
      throw FileError.writing(path, errno: code)
    }
    try makeFolder(above)
    guard mkdir(path, 0o777) == 0 || isFolder(path) else {
      throw FileError.writing(path, errno: errno)
    }
    try syncFolder(holding: path, for: path)
  }

  /// Renames a file or folder within a disk, for good.
  static func move(_ from: String, to path: String) throws(FileError) {
    guard rename(from, path) == 0 else { throw FileError.writing(path, errno: errno) }
    try syncFolder(holding: path, for: path)
  }

  /// Whether `path` leads to a folder.
  static func isFolder(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether anything stands at `path`.
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// A name in the same folder that nothing has: hidden, so that no listing shows a half-written
  /// file.
  static func temporaryName(beside path: String) -> String {
    // The name's start only, as a name may take 255 bytes already.
    let name = path.split(separator: "/").last.map { String($0.prefix(40)) } ?? "file"
    let number = String(UInt64.random(in: .min ... .max), radix: 36)
    return folder(of: path) + "/." + name + "." + number + ".tmp"
  }

  /// The folder that holds `path`: `.` for a bare name.
  package static func folder(of path: String) -> String {
    let end = path.lastIndex { $0 != "/" } ?? path.startIndex
    guard let slash = path[..<end].lastIndex(of: "/") else { return path.first == "/" ? "/" : "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func syncFolder(holding path: String, for wanted: String) throws(FileError) {
    let descriptor = open(folder(of: path), O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard descriptor >= 0 else { throw FileError.writing(wanted, errno: errno) }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder and say EINVAL; they offer no better.
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw FileError.writing(wanted, errno: errno)
    }
  }
}

/// A file being written durably: append bytes in order.
public struct DurableWriter {
  fileprivate let temporary: String
  private let path: String
  private var descriptor: Int32
  private var pending: [UInt8] = []

  private static let pendingBytes = 1 << 20

  fileprivate init(path: String, temporary: String) throws(FileError) {
    self.path = path
    self.temporary = temporary
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError.writing(path, errno: errno) }
  }

  /// Appends a copy of `bytes`.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if pending.count + bytes.count > Self.pendingBytes { try flush() }
    if bytes.count > Self.pendingBytes { return try put(bytes) }
    pending.append(contentsOf: bytes)
  }

  /// Appends `bytes`.
  public mutating func append(_ bytes: [UInt8]) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(FileError) in
      try append(UnsafeRawBufferPointer(buffer))
    }
  }

  private mutating func flush() throws(FileError) {
    try pending.withUnsafeBufferPointer { (buffer) throws(FileError) in
      try put(UnsafeRawBufferPointer(buffer))
    }
    pending.removeAll(keepingCapacity: true)
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var left = bytes
    while let start = left.baseAddress, !left.isEmpty {
      let written = write(descriptor, start, left.count)
      if written < 0, errno == EINTR { continue }
      // No error and no progress would loop for ever.
      guard written > 0 else { throw FileError.writing(path, errno: written == 0 ? ENOSPC : errno) }
      left = UnsafeRawBufferPointer(rebasing: left.dropFirst(written))
    }
  }

  fileprivate mutating func finish(keepingModeOf target: String) throws(FileError) {
    try flush()
    var facts = stat()
    if stat(target, &facts) == 0 { fchmod(descriptor, facts.st_mode & 0o7777) }
    #if canImport(Darwin)
      // On macOS fsync reaches the drive only; this reaches the platter.
      let synced = fcntl(descriptor, F_FULLFSYNC) == 0 || fsync(descriptor) == 0
    #else
      let synced = fsync(descriptor) == 0
    #endif
    guard synced else { throw FileError.writing(path, errno: errno) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 || errno == EINTR else { throw FileError.writing(path, errno: errno) }
  }

  fileprivate mutating func abandon() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    unlink(temporary)
  }
}
