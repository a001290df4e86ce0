package import Engine

/// A report's place on disk.
package enum ReportFile {
  /// Whether a page may be written to `path` without a question: nothing stands there, or another report.
  package static func isFree(_ path: String) -> Bool {
    !DurableFile.exists(path) || isReport(path)
  }

  private static func isReport(_ path: String) -> Bool {
    guard let file = try? MappedFile(path: path) else { return false }
    let start = withExtendedLifetime(file) {
      String(decoding: file.bytes.prefix(1024), as: UTF8.self)
    }
    return start.hasPrefix("<!DOCTYPE html>")
      && start.contains("<meta name=\"generator\" content=\"\(SessionReport.generator)")
  }

  /// Writes the page to `path`, whole or not at all; returns its size in bytes.
  package static func write(_ report: SessionReport, to path: String) throws(FileError) -> Int {
    let bytes = Array(report.html.utf8)
    try DurableFile.write(bytes, to: path)
    return bytes.count
  }
}
