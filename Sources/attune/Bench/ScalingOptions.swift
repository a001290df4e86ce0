import ArgumentParser
import Engine

/// `bench --scaling`: cost as work grows.
struct ScalingOptions: ParsableArguments {
  @Flag(
    help: """
      Show how tuning and decoding cost grow with examples, context, rank, rows and threads, with \
      the exponent fitted. Takes minutes; Ctrl-C keeps what was printed.
      """)
  var scaling = false

  @Flag(help: "With --scaling: a few small sizes only.")
  var quick = false

  @Option(help: "With --scaling: write the plot to this SVG file, anew after each table.")
  var svg: String?

  /// Refuses flags that belong to --scaling alone.
  func check() throws {
    if !scaling, quick || svg != nil {
      throw ValidationError("--quick and --svg go with --scaling.")
    }
  }

  /// Measures, prints and plots one dimension after another.
  func run(model path: String, threads: Int?, json: Bool) throws {
    let work = try ScalingWork(path: path, threads: threads)
    let report = ScalingReport(json: json)
    let dimensions = ScalingDimension.allCases
    let sizes = dimensions.map {
      $0.sizes(quick: quick, context: work.context, threads: work.allThreads)
    }
    let total = sizes.reduce(0) { $0 + $1.count }
    var done = 0
    var panels: [ScalingChart.Panel] = []
    // Minutes of work must not end at a path that cannot be written.
    try write(panels)
    for (dimension, sizes) in zip(dimensions, sizes) {
      var series = dimension.kinds.map {
        ScalingSeries(name: $0.title, expected: dimension.expected($0))
      }
      try report.begin(dimension)
      for size in sizes {
        report.progress(dimension, size: size, done: done, of: total)
        let costs = try work.costs(dimension, at: size)
        done += 1
        for (place, cost) in costs.enumerated() { series[place].points.append((size, cost)) }
        try report.point(dimension, size: size, costs: costs)
      }
      try report.end(dimension, series)
      panels.append(
        ScalingChart.Panel(title: dimension.rawValue, unit: dimension.unit, series: series))
      try write(panels)
    }
  }

  private func write(_ panels: [ScalingChart.Panel]) throws {
    if let svg { try DurableFile.write(ScalingChart(panels: panels).svg, to: svg) }
  }
}
