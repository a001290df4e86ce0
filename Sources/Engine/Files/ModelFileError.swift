/// Why a model, adapter or tensor file could not be used: facts about the file, never about our
/// code.
public enum ModelFileError: Error, Equatable, Sendable {
  /// Where in a file something was found.
  public enum Place: Equatable, Sendable {
    case byte(Int)
    case line(Int)
    case key(String)
    case tensor(String)
  }

  case file(FileError)
  case notGGUF(path: String, found: [UInt8])
  case unsupportedVersion(path: String, version: UInt32)
  case bigEndian(path: String)
  case truncated(path: String, need: Int, have: Int)
  case malformed(path: String, place: Place, expected: String, found: String)
  case missingKey(path: String, key: String)
  case wrongKind(path: String, key: String, expected: String, found: String)
  case missingTensor(path: String, tensor: String)
  case wrongShape(path: String, tensor: String, expected: [Int], found: [Int])
  case unsupportedTensorType(path: String, tensor: String, type: String)
  case unsupportedSetting(path: String, key: String, value: String, remedy: String)
}

extension ModelFileError.Place: CustomStringConvertible {
  /// The place in words that fit after "at".
  public var description: String {
    switch self {
    case .byte(let offset): "byte \(offset)"
    case .line(let line): "line \(line)"
    case .key(let key): "key \(quoted(key))"
    case .tensor(let name): "tensor \(quoted(name))"
    }
  }
}

extension ModelFileError: CustomStringConvertible {
  /// One or two sentences: what happened, where, what to do next.
  public var description: String {
    switch self {
    case .file(.missing(let path)) where path.hasSuffix(".gguf"):
      return "There is no \(path). Check the spelling, or get the model with `attune fetch`."
    case .file(let error):
      return error.description
    case .notGGUF(let path, let found):
      let start = found.map { hexByte($0) }.joined(separator: " ")
      return
        "\(path) is not a GGUF model: it starts with \(start) instead of 47 47 55 46 (\"GGUF\"). "
        + "Name a .gguf file or a folder with config.json and safetensors."
    case .unsupportedVersion(let path, let version):
      return "\(path) is GGUF version \(version); this build reads versions 2 and 3. "
        + "Convert the model again with a current converter, or fetch a newer file."
    case .bigEndian(let path):
      return "\(path) is a big-endian GGUF file, which this build does not read. "
        + "Fetch the little-endian file of the same model."
    case .truncated(let path, let need, let have):
      return "\(path) stops at byte \(have), but its header promises \(promised(need)): "
        + "the download was cut or the file is damaged. Fetch it again with `attune fetch`, "
        + "or copy it again from where it came."
    case .malformed(let path, let place, let expected, let found):
      return "\(path) is damaged at \(place): expected \(expected), found \(found). "
        + "Fetch it or make it again."
    case .missingKey(let path, let key):
      return "\(path) has no \(quoted(key)), which is needed. "
        + "The file is incomplete: fetch it or make it again."
    case .wrongKind(let path, let key, let expected, let found):
      return "\(path) has \(quoted(key)) as \(found) where \(expected) is needed. "
        + "Correct it, or fetch or make the file again."
    case .missingTensor(let path, let tensor):
      return "\(path) has no tensor \(quoted(tensor)). "
        + "See what it holds with `attune inspect`; the model may be of another architecture."
    case .wrongShape(let path, let tensor, let expected, let found):
      return "\(path) has \(quoted(tensor)) with shape \(found) where \(expected) is needed. "
        + "It was made for another model: check which one with `attune inspect`."
    case .unsupportedTensorType(let path, let tensor, let type):
      let known = TensorFormat.allCases.map(\.name).joined(separator: ", ")
      return "\(path) stores \(quoted(tensor)) as \(type), which this build cannot run. "
        + "Get the model in one of \(known)."
    case .unsupportedSetting(let path, let key, let value, let remedy):
      return "\(path) has \(quoted(key)) set to \(value), which Attune does not support. \(remedy)"
    }
  }

  private func promised(_ need: Int) -> String {
    need == Int.max ? "more than any file can hold" : "\(need) bytes"
  }
}

/// A name from a file in quotes, made fit to print.
func quoted(_ name: String) -> String { "\"" + printable(name) + "\"" }

/// A text from a file made fit to print: control characters escaped, at most 80 characters.
///
/// Texts come from hostile files too, and a terminal obeys control characters.
func printable(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars.prefix(80) {
    if scalar == "\n" {
      result += "\\n"
      continue
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return text.unicodeScalars.count > 80 ? result + "…" : result
}

private func hexByte(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return byte < 16 ? "0" + digits : digits
}
