/// A file of raw text, such as a manual.
public struct RawText: Sendable, Equatable {
  /// The most bytes a file may have: a book has about one million.
  public static let mostBytes = 16 << 20

  /// The file's name, without its folder.
  public var name: String
  /// What it says; lines end with `\n`, and there is no byte order mark.
  public var text: String

  /// Reads a file; throws where it cannot be read, is no UTF-8, is empty or too large.
  public init(path: String) throws(RawTextError) {
    name = path.split(separator: "/").last.map(String.init) ?? path
    // Before it is read: a disk image would fill the memory.
    guard FileBytes.size(path) <= Self.mostBytes else {
      throw .tooLarge(path: path, bytes: FileBytes.size(path))
    }
    var bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
    guard bytes.count <= Self.mostBytes else { throw .tooLarge(path: path, bytes: bytes.count) }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw .notText(path: path, line: Self.firstBadLine(bytes))
    }
    self.text = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    if self.text.allSatisfy(\.isWhitespace) { throw .empty(path: path) }
  }

  private static func firstBadLine(_ bytes: [UInt8]) -> Int {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    let bad = lines.firstIndex { $0.contains(0) || String(validating: $0, as: UTF8.self) == nil }
    return (bad ?? 0) + 1
  }
}

/// Why a file is no raw text.
public enum RawTextError: Error, Sendable, Equatable, CustomStringConvertible {
  /// It cannot be read.
  case unreadable(path: String, reason: String)
  /// It is not UTF-8; the first line that shows it.
  case notText(path: String, line: Int)
  /// There is nothing in it.
  case empty(path: String)
  /// It is larger than Attune takes.
  case tooLarge(path: String, bytes: Int)

  /// What happened and what to do next.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path) cannot be read: \(reason). Check the path."
    case .notText(let path, let line):
      "\(path) is not text in UTF-8 (line \(line)). `iconv -t UTF-8` converts text; other files "
        + "need a program that extracts their text, such as pdftotext."
    case .empty(let path):
      "\(path) is empty; there would be nothing to learn from it."
    case .tooLarge(let path, let bytes):
      "\(path) has \(bytes >> 20) MiB, and \(RawText.mostBytes >> 20) MiB are the most. "
        + "Split it, and learn a part."
    }
  }
}
