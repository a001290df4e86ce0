import Report
import Testing

@Suite struct MarkupTests {
  @Test func textsAndAttributesAreEscaped() {
    let markup = Markup(
      .p, ["class": "a\"b<c>&'"], "1 < 2 & 3 > 2, \"so\" ]]>", Markup(.strong, "<script>"))
    #expect(
      markup.text
        == "<p class=\"a&quot;b&lt;c&gt;&amp;'\">1 &lt; 2 &amp; 3 &gt; 2, &quot;so&quot; ]]&gt;"
        + "<strong>&lt;script&gt;</strong></p>\n")
  }

  @Test func controlsAreShownAndOverridesNeutralised() {
    let markup = Markup(
      .p, ["title": "a\nb\u{1B}"], "\u{1B}[31m \u{202E}gnp \u{0}\u{85}\u{FEFF}\u{FFFE}\u{1FFFF}")
    #expect(
      markup.text
        == "<p title=\"a⏎b␛\">␛[31m \\u{202E}gnp ␀\\u{85}\\u{FEFF}\u{FFFD}\u{FFFD}</p>\n")
  }

  @Test func emptyElementsAndGroupsAreWritten() {
    let markup = Markup(
      .div, Markup(.meta, ["charset": "utf-8"]), .group([Markup(.p), Markup(.p, "x")]))
    #expect(markup.text == "<div>\n<meta charset=\"utf-8\"/>\n<p></p>\n<p>x</p>\n</div>\n")
  }

  @Test(arguments: [
    (0.04, "0"), (1.25, "1.3"), (-3.0, "-3"), (.infinity, "0"), (.nan, "0"), (1e300, "1000000000"),
  ])
  func numbersAreTenths(_ number: Double, _ text: String) {
    #expect(tenth(number) == text)
  }
}
