import Engine

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

/// The PEFT folder that a tuned adapter goes to.
struct AdapterDestination {
  /// The folder as it was given.
  let folder: String

  init(_ folder: String) { self.folder = folder }

  /// Refuses, before any work is done, a place that cannot be written to.
  func check() throws {
    let files = FileManager.default
    if files.fileExists(atPath: folder) {
      guard isFolder(folder) else { throw DestinationError.isFile(folder) }
      let names = try files.contentsOfDirectory(atPath: folder)
      guard names.isEmpty || names.contains("adapter_config.json") else {
        throw DestinationError.holdsOtherThings(folder)
      }
    }
    if let reason = reasonNotWritable(folder) {
      throw DestinationError.notWritable(folder, reason: reason)
    }
  }

  /// Writes the adapter; where that fails, writes it to the temporary folder and says so, since it took time to learn.
  func write(_ adapter: Adapter, baseModel: String) throws {
    do {
      try adapter.write(peft: folder, baseModel: baseModel)
    } catch {
      let refuge = FileManager.default.temporaryDirectory.path + "/attune-adapter-\(getpid())"
      do { try adapter.write(peft: refuge, baseModel: baseModel) } catch { throw error }
      throw DestinationError.savedElsewhere(folder, reason: "\(error)", refuge: refuge)
    }
  }
}

/// Why an adapter is not where it should be.
enum DestinationError: Error, Equatable, CustomStringConvertible {
  case isFile(String)
  case holdsOtherThings(String)
  case notWritable(String, reason: String)
  case savedElsewhere(String, reason: String, refuge: String)

  var description: String {
    switch self {
    case .isFile(let path):
      "\(path) is a file; --out takes a folder that is new or holds an adapter."
    case .holdsOtherThings(let path):
      "\(path) holds other things; --out takes a folder that is new, empty, or holds an adapter."
    case .notWritable(let path, let reason):
      "\(path) cannot be written: \(reason). Choose another folder with --out."
    case .savedElsewhere(let path, let reason, let refuge):
      "The adapter could not be written to \(path): \(reason) What was learnt is in \(refuge); move it from there."
    }
  }
}
