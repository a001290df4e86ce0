#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Plain looks at the file system; writes go through the engine's `DurableFile`.
enum FileBytes {
  /// Why a file could not be read.
  struct Failure: Error {
    let isMissing: Bool
    let reason: String

    init(errno code: Int32) {
      isMissing = code == ENOENT || code == ENOTDIR
      let text = String(cString: strerror(code))
      reason = text.prefix(1).lowercased() + text.dropFirst()
    }

    init(reason: String) {
      isMissing = false
      self.reason = reason
    }
  }

  /// The whole file.
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure(errno: errno) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw Failure(errno: errno) }
    if facts.st_mode & S_IFMT == S_IFDIR { throw Failure(reason: "it is a folder") }
    // Anonymous pipes and terminals (/dev/stdin, <(…)) are waited for.
    if facts.st_mode & S_IFMT != S_IFREG { _ = fcntl(descriptor, F_SETFL, O_RDONLY) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(max(0, Int(facts.st_size)), 1 << 30) + 1)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { Self.read(descriptor, $0) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Failure(errno: errno) }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  // The C function of the same name is hidden inside this type.
  private static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      Musl.read(descriptor, buffer.baseAddress, buffer.count)
    #else
      Darwin.read(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }

  /// Whether anything stands at `path`.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether this process may write what stands at `path`. Something nobody may write counts as such for the
  /// administrator too.
  static func isWritable(_ path: String) -> Bool {
    var facts = stat()
    return access(path, W_OK) == 0 && stat(path, &facts) == 0 && facts.st_mode & 0o222 != 0
  }

  /// Whether `path` leads to a folder.
  static func isFolder(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }

  /// A file's size in bytes; 0 where there is none.
  static func size(_ path: String) -> Int {
    var facts = stat()
    return stat(path, &facts) == 0 ? Int(facts.st_size) : 0
  }

  /// When a file was last written.
  static func written(_ path: String) -> Timestamp {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return Timestamp(seconds: 0) }
    #if canImport(Darwin)
      return Timestamp(seconds: Int(facts.st_mtimespec.tv_sec))
    #else
      return Timestamp(seconds: Int(facts.st_mtim.tv_sec))
    #endif
  }

  /// The names in a folder, sorted by bytes; none where it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Removes a file; nothing happens where there is none.
  static func remove(_ path: String) { unlink(path) }

  /// Removes a folder that is empty.
  static func removeFolder(_ path: String) { rmdir(path) }

  /// The folder that holds `path`: `.` for a bare name.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The absolute path without links, as far as it exists.
  static func resolved(_ path: String) -> String {
    if let real = realpath(path, nil) {
      defer { free(real) }
      return String(cString: real)
    }
    guard let real = realpath(folder(of: path), nil) else { return path }
    defer { free(real) }
    return String(cString: real) + "/" + (path.split(separator: "/").last.map(String.init) ?? "")
  }
}
