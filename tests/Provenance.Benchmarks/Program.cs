using System.CommandLine;
using System.Globalization;
using Provenance.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var events = new Option<int>("--events") { Description = "Events in the ledger when reading is measured (10,000 to 5,000,000).", DefaultValueFactory = _ => 100_000 };
var seconds = new Option<int>("--seconds") { Description = "Seconds for each measured load (2 to 300).", DefaultValueFactory = _ => 10 };
var clients = new Option<int>("--clients") { Description = "Clients that record at the same time (1 to 64).", DefaultValueFactory = _ => 8 };
var server = new Option<string?>("--server") { Description = "Provenance.Server.dll to measure. Default: the one built with the benchmarks." };
var keep = new Option<string?>("--keep") { Description = "An empty folder that the data is written to and stays in, under data. Default: one that is removed at the end." };

var command = new RootCommand("Measures the ledger over HTTP, every answer durable: recording one by one and in documents, then reading, then a start on what was recorded.")
{
    events, seconds, clients, server, keep,
};
command.SetAction(async (parsed, cancel) =>
{
    var plan = new Plan(
        Math.Clamp(parsed.GetValue(events), 10_000, 5_000_000), TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(seconds), 2, 300)), Math.Clamp(parsed.GetValue(clients), 1, 64));
    await using var running = await BenchServer.StartAsync(parsed.GetValue(server) ?? BenchServer.Built, parsed.GetValue(keep));
    await new Measurements(running, plan).RunAsync(cancel);
    return 0;
});
return await command.Parse(args).InvokeAsync();
