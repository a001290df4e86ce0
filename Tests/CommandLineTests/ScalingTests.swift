import Testing
import attune

#if canImport(FoundationXML)
  import Foundation
  import FoundationXML
#else
  import Foundation
#endif

@Suite("Cost as work grows: the fit, the picture, the table")
struct ScalingTests {
  private func points(_ cost: (Double) -> Double) -> [(size: Double, cost: Double)] {
    [1.0, 4, 16, 64, 256].map { ($0, cost($0)) }
  }

  @Test func powersAreFound() throws {
    for (exponent, factor) in [(1.0, 0.2), (2, 3e-6), (0, 7), (-1, 1.5)] {
      let fit = try #require(PowerFit(points { factor * pow($0, exponent) }))
      #expect(abs(fit.exponent - exponent) < 1e-12)
      #expect(agree(fit.factor, factor, relative: 1e-12))
      #expect(agree(fit.cost(at: 10), factor * pow(10, exponent), relative: 1e-12))
    }
  }

  @Test func theLineIsTheOneOfLeastSquares() throws {
    // Through (0, 0), (1, 1), (2, 1) in decades: slope 1/2, start 1/6.
    let fit = try #require(PowerFit([(1, 1), (10, 10), (100, 10)]))
    #expect(abs(fit.exponent - 0.5) < 1e-12)
    #expect(agree(fit.factor, pow(10, 1.0 / 6), relative: 1e-12))
  }

  @Test func aFixedCostBendsTheLineDown() throws {
    let fit = try #require(PowerFit(points { 10 + $0 }))
    #expect(fit.exponent > 0.3 && fit.exponent < 0.7)
  }

  @Test func tooLittleGivesNoFit() {
    #expect(PowerFit([]) == nil)
    #expect(PowerFit([(8, 1)]) == nil)
    #expect(PowerFit([(8, 1), (8, 2)]) == nil)
    #expect(PowerFit([(1, 1), (2, 0)]) == nil)
    #expect(PowerFit([(1, 1), (2, .nan)]) == nil)
  }

  @Test func moreThanExpectedIsSaid() {
    func exceeds(_ exponent: Double, _ expected: ClosedRange<Double>) -> Bool {
      ScalingSeries(
        name: "a", expected: expected,
        points: [1, 10, 100].map { ($0, pow(Double($0), exponent)) }
      ).exceeds
    }
    #expect(!exceeds(1.1, 1...1) && exceeds(1.2, 1...1))
    #expect(!exceeds(0.5, 1...1) && exceeds(-0.7, -1 ... -1))
    #expect(!ScalingSeries(name: "a", expected: 0...0).exceeds)
  }

  private var chart: ScalingChart {
    ScalingChart(panels: [
      ScalingChart.Panel(
        title: "rank & <more>", unit: "\"quoted\"",
        series: [
          ScalingSeries(name: "tune", expected: 1...1, points: [(1, 0.1), (8, 0.9), (64, 7)]),
          ScalingSeries(name: "decode", expected: 0...1, points: [(1, 0.005), (8, 0.006)]),
        ]),
      ScalingChart.Panel(
        title: "threads", unit: "threads",
        series: [ScalingSeries(name: "tune", expected: -1 ... -1, points: [(1, 0.5)])]),
      ScalingChart.Panel(title: "nothing yet", unit: "", series: []),
    ])
  }

  @Test func thePictureIsWellFormed() throws {
    for text in [chart.svg, ScalingChart(panels: []).svg] {
      let reader = Elements()
      let parser = XMLParser(data: Data(text.utf8))
      parser.delegate = reader
      #expect(parser.parse(), "\(String(describing: parser.parserError))")
      #expect(reader.names.first == "svg")
      #expect(!text.contains("nan") && !text.contains("inf"))
    }
    let reader = Elements()
    let parser = XMLParser(data: Data(chart.svg.utf8))
    parser.delegate = reader
    _ = parser.parse()
    #expect(reader.names.count { $0 == "polyline" } == 3)
    #expect(reader.words.contains("rank & <more>") && reader.words.contains("\"quoted\""))
    #expect(reader.words.contains("tune, exponent 1.02 (expected 1, linear)"), "\(reader.words)")
    for place in reader.places { #expect(place >= 0 && place <= 1100) }
  }

  @Test func thePictureIsTheSameEachTime() {
    #expect(chart.svg == chart.svg)
  }

  @Test func everyDimensionIsPrintedAndPlotted() throws {
    let folder = try TemporaryFolder()
    let plot = folder.path + "/cost.svg"
    let arguments = ["bench", "--scaling", "--quick", "--model", Fixtures.tiny, "--threads", "2"]
    let result = try Program.run(arguments + ["--json", "--svg", plot])
    #expect(result.code == 0, "\(result.errors)")
    let lines = try result.objects
    for (dimension, sizes) in [
      ("examples", [1, 10, 100]), ("context", [16, 32, 48]), ("rank", [1, 4]), ("rows", [1, 2, 4]),
      ("threads", [1, 2]),
    ] {
      let own = lines.filter { $0["against"] == .string(dimension) }
      let costs = own.filter { $0["what"] == .string("scaling") }
      #expect(Set(costs.compactMap { $0["size"].number }) == Set(sizes.map(Double.init)))
      #expect(costs.allSatisfy { $0["seconds"].number ?? 0 > 0 })
      let exponents = own.filter { $0["what"] == .string("exponent") }
      #expect(exponents.count * sizes.count == costs.count)
    }
    #expect(folder.text("cost.svg").contains("</svg>"))
    let table = try Program.run(arguments)
    #expect(table.code == 0, "\(table.errors)")
    #expect(table.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(table.output.contains("exponent"))
  }

  @Test func aPictureThatCannotBeWrittenIsSaidAtOnce() throws {
    let result = try Program.run([
      "bench", "--scaling", "--model", Fixtures.tiny, "--svg", "/proc/nowhere/cost.svg",
    ])
    #expect(result.code == 1)
    #expect(result.output.isEmpty && result.errors.contains("/proc/nowhere/cost.svg"))
  }
}

/// What an XML file holds.
private final class Elements: NSObject, XMLParserDelegate {
  var names: [String] = []
  var words: [String] = []
  var places: [Double] = []
  private var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    names.append(name)
    text = ""
    places += ["x", "y", "x1", "cx", "cy"].compactMap { attributes[$0].flatMap(Double.init) }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "text" { words.append(text) }
  }
}
