using System.Net;

namespace Provenance.Tests.Server.Epcis.Subscriptions;

public sealed class SubscriptionRefusalTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    [Theory]
    [InlineData("""{"dest":"http://127.0.0.1/","stream":true}""", "dest")]
    [InlineData("""{"dest":"http://localhost:8080/","stream":true}""", "dest")]
    [InlineData("""{"dest":"http://[::1]/","stream":true}""", "dest")]
    [InlineData("""{"dest":"http://[::ffff:10.0.0.1]/","stream":true}""", "dest")]
    [InlineData("""{"dest":"http://169.254.169.254/latest","stream":true}""", "dest")]
    [InlineData("""{"dest":"http://0x7f.1/","stream":true}""", "dest")]
    [InlineData("""{"dest":"http://2130706433/","stream":true}""", "dest")]
    [InlineData("""{"dest":"ftp://example.com/","stream":true}""", "dest")]
    [InlineData("""{"stream":true}""", "dest")]
    [InlineData("""{"dest":"https://example.com/"}""", "stream")]
    [InlineData("""{"dest":"https://example.com/","stream":false}""", "stream")]
    [InlineData("""{"dest":"https://example.com/","stream":true,"schedule":{"hour":"1"}}""", "schedule")]
    [InlineData("""{"dest":"https://example.com/","schedule":{"hour":"24"}}""", "schedule/hour")]
    [InlineData("""{"dest":"https://example.com/","schedule":{"dayOfMonth":"31","month":"2"}}""", "schedule")]
    [InlineData("""{"dest":"https://example.com/","schedule":{}}""", "schedule")]
    [InlineData("""{"dest":"https://example.com/","stream":true,"initialRecordTime":"yesterday"}""", "initialRecordTime")]
    [InlineData("""{"dest":"https://example.com/","stream":true,"retries":5}""", "retries")]
    public async Task What_is_no_subscription_is_refused(string body, string field)
    {
        await ledger.Admin.PostAsync("/queries", """{"name":"all","query":{}}""");
        var answer = await ledger.Admin.PostAsync("/queries/all/subscriptions", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.JsonAsync();
        Assert.Equal("epcisException:SubscriptionControlsException", (string?)problem["type"]);
        Assert.Equal(field, (string?)problem["field"]);
    }
}
