import Engine

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A session as the bytes of its JSON file.
enum SessionFile {
  /// The file's text: keys sorted, one value a line, so that a git diff shows what changed.
  static func bytes(_ session: Session) throws(SessionError) -> [UInt8] {
    do {
      var bytes = Array(try encoder().encode(session))
      bytes.append(0x0A)
      return bytes
    } catch {
      throw .notSaved(path: "the session", reason: "it cannot be written as JSON: \(error)")
    }
  }

  /// The session in `bytes`, and the version it was written in.
  static func session(_ bytes: [UInt8], path: String) throws(SessionError) -> (
    Session, version: Int
  ) {
    let data = Data(bytes)
    let decoder = decoder()
    do {
      let version = try decoder.decode(VersionOnly.self, from: data).version
      guard version <= Session.version else {
        throw SessionError.newerVersion(path: path, version: version, known: Session.version)
      }
      guard version >= 1 else { throw SessionProblem("its version is \(version)") }
      if version == Session.version {
        return (try decoder.decode(Session.self, from: data), version)
      }
      let migrated = SessionMigration.migrate(try JSONValue(bytes), from: version)
      return (try decoder.decode(Session.self, from: Data(migrated.text().utf8)), version)
    } catch let error as SessionError {
      throw error
    } catch {
      throw damaged(bytes, path: path, error: error)
    }
  }

  private static func damaged(_ bytes: [UInt8], path: String, error: any Error) -> SessionError {
    let problem: String
    if bytes.isEmpty {
      problem = "it is empty"
    } else if let failure = JSONReader.salvage(bytes[...]).failure {
      problem = "line \(failure.line) breaks off where \(failure.expected) was expected"
    } else {
      problem = sentence(error)
    }
    return .damaged(path: path, problem: problem, examples: 0, copy: nil)
  }

  private static func sentence(_ error: any Error) -> String {
    switch error {
    case let error as SessionProblem: error.description
    case DecodingError.keyNotFound(let key, let context):
      "\(place(context.codingPath)) lacks `\(key.stringValue)`"
    case DecodingError.valueNotFound(_, let context), DecodingError.typeMismatch(_, let context),
      DecodingError.dataCorrupted(let context):
      "\(place(context.codingPath)) is not what was expected: \(context.debugDescription)"
    default: "\(error)"
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    var text = ""
    for key in path {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return text.isEmpty ? "the file" : "`\(text)`"
  }

  /// Losses may be infinite or not a number, which JSON has no digits for.
  private static let floats = (infinity: "inf", negative: "-inf", nan: "nan")

  static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: floats.infinity, negativeInfinity: floats.negative, nan: floats.nan)
    return encoder
  }

  static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: floats.infinity, negativeInfinity: floats.negative, nan: floats.nan)
    return decoder
  }

  private struct VersionOnly: Decodable { let version: Int }
}

/// Brings sessions of older versions to this one, a version at a time.
enum SessionMigration {
  /// Step i brings version i + 1 to version i + 2.
  static let steps: [@Sendable (JSONValue) -> JSONValue] = []

  /// `session`, written by `version`, as this version would write it.
  static func migrate(
    _ session: JSONValue, from version: Int, by steps: [@Sendable (JSONValue) -> JSONValue] = steps
  ) -> JSONValue {
    steps.dropFirst(version - 1).reduce(session) { $1($0) }
  }
}
