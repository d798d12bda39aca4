using Xunit.Abstractions;
using Xunit.Sdk;

namespace Provenance.EndToEnd.Browser.Pictures;

/// <summary>
/// A fact about how pages look, in states that no journey comes through. There is none unless pictures are asked for (<c>PROVENANCE_SCREENSHOTS=1</c>):
/// a skipped one would fail in CI, and what these pages do is tested without a browser.
/// </summary>
[XunitTestCaseDiscoverer("Provenance.EndToEnd.Browser.Pictures." + nameof(DrawnFactDiscoverer), "Provenance.EndToEnd")]
public sealed class DrawnFactAttribute : FactAttribute;

/// <summary>Finds drawn facts where they are asked for.</summary>
public sealed class DrawnFactDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    private readonly FactDiscoverer _facts = new(messages);

    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        Look.IsDrawing ? _facts.Discover(discoveryOptions, testMethod, factAttribute) : [];
}
