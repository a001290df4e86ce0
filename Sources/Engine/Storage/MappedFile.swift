#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file's bytes, mapped read-only. Opening reads no page, so it costs the same for any size.
///
/// Unchecked because the compiler cannot see that the mapping is never written and never moves.
public final class MappedFile: @unchecked Sendable {
  /// The path it was opened by.
  public let path: String
  /// The whole file. Valid as long as this object is held.
  public let bytes: UnsafeRawBufferPointer
  /// Which file this was, to notice later that it has changed.
  public let identity: FileIdentity

  /// How many bytes the file has.
  public var count: Int { bytes.count }

  /// Maps the file at `path`. Throws where it is missing, a folder, empty or unreadable.
  public init(path: String) throws(FileError) {
    (bytes, identity) = try withRegularFile(path) { (descriptor, facts) throws(FileError) in
      let size = Int(facts.st_size)
      guard size > 0 else { throw FileError.empty(path: path) }
      guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
      else { throw FileError.reading(path, errno: errno) }
      return (UnsafeRawBufferPointer(start: start, count: size), FileIdentity(facts))
    }
    self.path = path
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
  }
}

/// Which file a path led to: equal as long as the file was not replaced or written.
public struct FileIdentity: Hashable, Sendable, Codable {
  /// The device that holds the file.
  public let device: UInt64
  /// The file's number on its device.
  public let inode: UInt64
  /// The file's length in bytes.
  public let size: Int
  /// When it was last written, in nanoseconds since 1970.
  public let modified: Int64

  /// What `path` leads to now, without opening it.
  public init(path: String) throws(FileError) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw FileError.reading(path, errno: errno) }
    self.init(facts)
  }

  fileprivate init(_ facts: stat) {
    #if canImport(Darwin)
      let time = facts.st_mtimespec
    #else
      let time = facts.st_mtim
    #endif
    self.device = UInt64(truncatingIfNeeded: facts.st_dev)
    self.inode = UInt64(truncatingIfNeeded: facts.st_ino)
    self.size = Int(facts.st_size)
    self.modified = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
