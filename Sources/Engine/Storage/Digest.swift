import Crypto

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A SHA-256 digest: which bytes these were.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
  private let bytes: [UInt8]

  fileprivate init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The digest of `bytes`.
  public init(of bytes: UnsafeRawBufferPointer) {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    self = hasher.finish()
  }

  /// The digest of `bytes`.
  public init(of bytes: [UInt8]) {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    self = hasher.finish()
  }

  /// The digest written as 64 hexadecimal digits; nil where `text` is anything else.
  public init?(hex text: String) {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard text.utf8.count == 64, digits.count == 64 else { return nil }
    bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// 64 hexadecimal digits in lower case.
  public var description: String {
    var text = ""
    for byte in bytes {
      if byte < 16 { text += "0" }
      text += String(byte, radix: 16)
    }
    return text
  }

  /// The digest of the file at `path`; nil where `progress` answered false.
  ///
  /// `progress` is told the bytes done and the file's size about every 4 MiB and answers whether to
  /// go on.
  public static func file(
    _ path: String, progress: (_ done: Int, _ size: Int) -> Bool = { _, _ in true }
  ) throws(FileError) -> SHA256Digest? {
    try withRegularFile(path) { (descriptor, facts) throws(FileError) in
      var hasher = SHA256Hasher()
      var chunk = [UInt8](repeating: 0, count: 4 << 20)
      var done = 0
      while true {
        let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw FileError.reading(path, errno: errno) }
        guard count > 0 else { return hasher.finish() }
        chunk.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        done += count
        guard progress(done, Int(facts.st_size)) else { return nil }
      }
    }
  }
}

/// Makes a SHA-256 digest piece by piece.
public struct SHA256Hasher {
  private var hasher = SHA256()

  /// A hasher that has seen nothing yet.
  public init() {}

  /// Takes in `bytes`.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    hasher.update(bufferPointer: bytes)
  }

  /// Takes in `bytes`.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
  }

  /// Takes in the UTF-8 bytes of `text`.
  public mutating func update(_ text: String) {
    update(Array(text.utf8))
  }

  /// The digest of all that was taken in.
  public func finish() -> SHA256Digest {
    SHA256Digest(bytes: Array(hasher.finalize()))
  }
}
