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

/// Why a folder cannot be written or made, or nil where it can: the nearest folder that is there decides.
func reasonNotWritable(_ path: String) -> String? {
  var place = path.hasPrefix("/") ? path : "./" + path
  while !FileManager.default.fileExists(atPath: place) {
    guard let slash = place.lastIndex(of: "/"), slash > place.startIndex else {
      place = "/"
      break
    }
    place = String(place[..<slash])
  }
  return access(place, W_OK | X_OK) == 0 ? nil : String(cString: strerror(errno))
}

/// Whether `path` leads to a folder.
func isFolder(_ path: String) -> Bool { access(path + "/.", F_OK) == 0 }
