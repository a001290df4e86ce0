import Engine
import Shell
import Workbench

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

/// The checks of `attune doctor`.
struct HealthChecks {
  /// The model asked for; nil is the default one.
  let model: String?
  private let environment = ProcessInfo.processInfo.environment

  init(model: String?) { self.model = model }

  /// Every finding, in the order in which things are needed.
  func all() -> [HealthFinding] {
    let modelFinding = modelCheck()
    return [
      processor(), memory(), modelFinding, python(isNeeded: modelFinding.state != .ok),
      folder("models", Places.models, variable: "XDG_CACHE_HOME"),
      folder("sessions", SessionPlaces.current().folder, variable: "XDG_DATA_HOME"),
      folder("history", Places.state, variable: "XDG_STATE_HOME"),
      folder("config", Places.configuration, variable: "XDG_CONFIG_HOME"),
      terminal(), editor(),
    ]
  }

  private func processor() -> HealthFinding {
    let path = Kernels.bestPath
    let detail = "\(processorCount()) cores, \(path.rawValue) kernels"
    guard path == .scalar else {
      return HealthFinding(name: "processor", state: .ok, detail: detail)
    }
    return HealthFinding(
      name: "processor", state: .limited, detail: detail,
      remedy: "Everything works, slowly: fast kernels need AVX2 and FMA, or an arm64 processor.")
  }

  private func memory() -> HealthFinding {
    let total = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let free = availableMemory()
    let detail = byteCount(total) + (free.map { ", \(byteCount($0)) of it free" } ?? "")
    // What tuning the default model takes at most.
    guard let free, free < 900 << 20 else {
      return HealthFinding(name: "memory", state: .ok, detail: detail)
    }
    return HealthFinding(
      name: "memory", state: .limited, detail: detail,
      remedy: "Tuning the default model takes up to 900 MiB: close other programs first.")
  }

  private func modelCheck() -> HealthFinding {
    do {
      let path = try ModelPlaces.current.resolve(model)
      let loaded = try Model(path: path)
      let identity = try loaded.identity()
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let known = Catalogue.standard.models.first { $0.value.file == name }
      if let known, known.value.sha256 != identity.sha256 {
        return HealthFinding(
          name: "model", state: .missing,
          detail: "\(path) differs from the model of that name (SHA-256 \(identity.sha256))",
          remedy: "Run `attune fetch \(known.key)` to get it again.")
      }
      let verified = known == nil ? "" : ", SHA-256 as published"
      return HealthFinding(
        name: "model", state: .ok, detail: "\(path), \(byteCount(identity.size))\(verified)")
    } catch let error as ModelPlaceError {
      return HealthFinding(
        name: "model", state: .missing, detail: "not found", remedy: error.description)
    } catch {
      return HealthFinding(
        name: "model", state: .missing, detail: "cannot be loaded", remedy: "\(error)")
    }
  }

  private func python(isNeeded: Bool) -> HealthFinding {
    let probe = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pip') is None)"
    let remedy = "Only `attune fetch` needs them. On Debian: sudo apt-get install python3-pip"
    let state: HealthFinding.State = isNeeded ? .missing : .limited
    switch try? runProgram("python3", ["-c", probe]) {
    case 0: return HealthFinding(name: "python", state: .ok, detail: "python3 with pip")
    case nil:
      return HealthFinding(name: "python", state: state, detail: "no python3", remedy: remedy)
    default:
      return HealthFinding(
        name: "python", state: state, detail: "python3 without pip", remedy: remedy)
    }
  }

  private func folder(_ name: String, _ path: String, variable: String) -> HealthFinding {
    guard let reason = reasonNotWritable(path) else {
      return HealthFinding(name: name, state: .ok, detail: path)
    }
    return HealthFinding(
      name: name, state: .missing, detail: "\(path) cannot be written: \(reason)",
      remedy: "Make it writable, or set \(variable) to another folder.")
  }

  private func terminal() -> HealthFinding {
    let kind = environment["TERM"] ?? "unset"
    guard isatty(STDIN_FILENO) == 1, StandardOutput.isTerminal else {
      return HealthFinding(
        name: "terminal", state: .ok, detail: "none: lines are read plainly, nothing is coloured")
    }
    if kind == "dumb" || kind == "unset" {
      return HealthFinding(
        name: "terminal", state: .limited, detail: "TERM is \(kind): no line editing",
        remedy: "Set TERM to what your terminal is, for example xterm-256color.")
    }
    return HealthFinding(name: "terminal", state: .ok, detail: "\(kind), line editing by libedit")
  }

  private func editor() -> HealthFinding {
    if let editor = ["VISUAL", "EDITOR"].compactMap({ environment[$0] }).first(where: {
      !$0.isEmpty
    }) {
      return HealthFinding(name: "editor", state: .ok, detail: editor)
    }
    return HealthFinding(
      name: "editor", state: .limited, detail: "neither VISUAL nor EDITOR is set",
      remedy: "/fix and /edit ask for the text inline. To use an editor: export EDITOR=nano")
  }
}

/// How many processors may be used.
func processorCount() -> Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

/// Memory that can be had without swapping, in bytes, where the system says.
private func availableMemory() -> Int? {
  guard let bytes = FileManager.default.contents(atPath: "/proc/meminfo") else { return nil }
  let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  let line = lines.first { $0.hasPrefix("MemAvailable:") }
  return line.flatMap { Int($0.filter(\.isWholeNumber)) }.map { $0 * 1024 }
}
