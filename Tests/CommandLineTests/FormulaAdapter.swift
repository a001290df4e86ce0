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

/// The adapter that the reference values were made with: every number follows from its place, so none is stored.
///
///     A[i] = sin(0.7311 i + 1.3 layer + 0.9 p) / sqrt(columns)
///     B[i] = 0.05 cos(0.3779 i + 0.7 layer + 1.1 p)
///
/// i: row-major index; p: the projection's place among the sorted names.
struct FormulaAdapter {
  var rank: Int
  var alpha: Int
  var layers: Int
  var width: Int
  var hiddenWidth: Int
  var queryWidth: Int
  var keyWidth: Int

  /// Writes a PEFT folder.
  func write(to path: String, baseModel: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let names = shapes.map { "\"\($0.name.split(separator: ".")[1])\"" }.joined(separator: ",")
    let config = """
      {"peft_type":"LORA","task_type":"CAUSAL_LM","base_model_name_or_path":"\(baseModel)",\
      "r":\(rank),"lora_alpha":\(alpha),"lora_dropout":0.0,"bias":"none","target_modules":[\(names)]}
      """
    try Data(config.utf8).write(to: URL(filePath: path + "/adapter_config.json"))
    try tensors.write(to: URL(filePath: path + "/adapter_model.safetensors"))
  }

  /// Path below a layer, inputs and outputs, sorted by the module's name.
  private var shapes: [(name: String, inputs: Int, outputs: Int)] {
    [
      ("mlp.down_proj", hiddenWidth, width), ("mlp.gate_proj", width, hiddenWidth),
      ("self_attn.k_proj", width, keyWidth), ("self_attn.o_proj", queryWidth, width),
      ("self_attn.q_proj", width, queryWidth), ("mlp.up_proj", width, hiddenWidth),
      ("self_attn.v_proj", width, keyWidth),
    ]
  }

  private var tensors: Data {
    var entries: [String] = []
    var bytes = Data()
    func add(_ name: String, rows: Int, columns: Int, _ value: (Double) -> Double) {
      let start = bytes.count
      for index in 0..<rows * columns {
        withUnsafeBytes(of: Float(value(Double(index))).bitPattern.littleEndian) {
          bytes.append(contentsOf: $0)
        }
      }
      entries.append(
        #""\#(name)":{"dtype":"F32","shape":[\#(rows),\#(columns)],"data_offsets":[\#(start),\#(bytes.count)]}"#
      )
    }
    for layer in 0..<layers {
      for (place, shape) in shapes.enumerated() {
        let prefix = "base_model.model.model.layers.\(layer).\(shape.name)"
        add("\(prefix).lora_A.weight", rows: rank, columns: shape.inputs) {
          sin(0.7311 * $0 + 1.3 * Double(layer) + 0.9 * Double(place))
            / Double(shape.inputs).squareRoot()
        }
        add("\(prefix).lora_B.weight", rows: shape.outputs, columns: rank) {
          0.05 * cos(0.3779 * $0 + 0.7 * Double(layer) + 1.1 * Double(place))
        }
      }
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    var file = Data()
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { file.append(contentsOf: $0) }
    return file + header + bytes
  }
}

extension FormulaAdapter {
  /// The tiny llama's, as golden.json has it.
  static let tiny = FormulaAdapter(
    rank: 4, alpha: 8, layers: 3, width: 64, hiddenWidth: 96, queryWidth: 64, keyWidth: 32)

  /// SmolLM2-135M's, as smollm2.json has it.
  static let smolLM2 = FormulaAdapter(
    rank: 8, alpha: 16, layers: 30, width: 576, hiddenWidth: 1536, queryWidth: 576, keyWidth: 192)
}
