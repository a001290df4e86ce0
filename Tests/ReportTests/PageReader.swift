import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A page as a reader of XML sees it; nil where it is not well-formed.
final class Page: NSObject, XMLParserDelegate {
  private(set) var tags: [String] = []
  /// The text of the page's body, as it stands.
  private(set) var text = ""
  /// The headings of its sections.
  private(set) var headings: [String] = []
  /// All attributes, `name=value`.
  private(set) var attributes: Set<String> = []
  private var isInStyle = false
  private var heading: String?

  init?(_ html: String) {
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    tags.append(name)
    for (key, value) in attributes { self.attributes.insert("\(key)=\(value)") }
    if name == "style" { isInStyle = true }
    if name == "h2" { heading = "" }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if !isInStyle { text += string }
    heading? += string
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "style" { isInStyle = false }
    if name == "h2", let heading {
      headings.append(heading)
      self.heading = nil
    }
  }
}
