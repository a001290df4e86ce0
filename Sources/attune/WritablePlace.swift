#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why a folder cannot be written or made, or nil where it can. The nearest folder that is there decides, by trying:
/// permissions do not tell of read-only disks.
func reasonNotWritable(_ path: String) -> String? {
  var place = path.hasPrefix("/") ? path : "./" + path
  while !FileManager.default.fileExists(atPath: place) {
    guard let slash = place.lastIndex(of: "/"), slash > place.startIndex else {
      place = "/"
      break
    }
    place = String(place[..<slash])
  }
  guard isFolder(place) else { return "\(place) is not a folder" }
  var probe = (place + "/.attune-XXXXXX").utf8CString.map { $0 }
  guard mkdtemp(&probe) != nil else { return String(cString: strerror(errno)) }
  rmdir(probe)
  return nil
}

/// Whether `path` leads to a folder.
func isFolder(_ path: String) -> Bool { access(path + "/.", F_OK) == 0 }
