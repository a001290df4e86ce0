/// Questions about paths.
package enum Folder {
  /// The part of `path` after its last slash.
  package static func lastPart(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
