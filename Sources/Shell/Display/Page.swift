/// What a text is laid out for: a window, or a page without edges, such as a pipe or a file.
public struct Page: Sendable {
  /// How many cells a row has; nil where nothing may be wrapped or cut.
  public var columns: Int?
  /// The colours.
  public var palette: Palette

  /// A page with neither edges nor colours.
  static let plain = Page(columns: nil, palette: Palette(isColoured: false))

  /// The cells of a row that are filled. The last one stays empty: a terminal that has just filled it counts its
  /// cursor in two ways.
  var room: Int? { columns.map { $0 - 1 } }
}
