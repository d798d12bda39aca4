using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Core;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;
using Provenance.Tests.Server.Batches;

namespace Provenance.Tests.Server.Tracing;

/// <summary>Production on the real store against <see cref="NaiveTrace"/>, which shares no code with it.</summary>
public sealed class RandomHistoriesTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    private const int Histories = 500;

    private IServiceProvider Services => world.Ledger.Services;

    [Fact]
    public async Task Traces_balances_and_states_of_500_random_histories_are_the_naive_evaluators()
    {
        var firms = new[] { "imker", "bakery", "stranger" }.Select(slug => Services.GetRequiredService<PartyStore>().FindBySlug(slug)!).ToArray();
        var first = await RecordAsync(firms);
        using var log = new LogReading(Services.GetRequiredService<Database>(), OwnIds.None);
        var makers = new Makers(log.HistoryOf, Services.GetRequiredService<PartyStore>(), new Authority());
        var wrong = new StringBuilder();
        for (var seed = 0; seed < Histories && wrong.Length < 4000; seed++)
        {
            var told = RandomHistory.Of(seed);
            foreach (var item in RandomHistory.Lots.Concat(RandomHistory.Containers).Where(item => told.Any(e => !e.IsDeclaration && e.Mentions(item))))
            {
                foreach (var (isBack, depth) in new[] { (true, 50), (false, 50), (true, seed % 3), (false, seed % 3) })
                {
                    Compare($"seed {seed}, {item} {(isBack ? "back" : "forward")} depth {depth}", Naive(told, item, isBack, depth), Walked(log, seed, item, isBack, depth, first[seed]));
                }
                if (item[0] == 'L')
                {
                    CompareLot(log, makers, firms, told, seed, item);
                }
            }
        }
        Assert.True(wrong.Length == 0, wrong.ToString());

        void CompareLot(LogReading log, Makers makers, Party[] firms, IReadOnlyList<Told> told, int seed, string item)
        {
            var naive = new NaiveTrace(told);
            var id = Id(seed, item);
            Compare($"seed {seed}, state of {item}", naive.State(item), ItemState.Word(ItemState.Of(id, log, makers, new DateOnly(2026, 11, 21)).Kind));
            for (var party = 0; party < firms.Length; party++)
            {
                var balance = Balance.Of(id, firms[party].Row, log.HistoryOf, null, _ => true).Amounts;
                Compare($"seed {seed}, balance of {item} of {party}", Print(naive.Balance(item, party)), Print(balance.Count == 0 ? 0 : Assert.Single(balance).In("KGM")!.Value));
            }
            var partners = new Partners(Services.GetRequiredService<PartyStore>(), new Authority());
            foreach (var account in Account.Of(Move.Of(id, log.HistoryOf, new Packing(log.HistoryOf)), null, partners))
            {
                var here = account.Holders.Sum(one => one.Value) + account.Unaccounted.Sum(one => one.Value) - account.Missing.Sum(one => one.Value);
                Compare($"seed {seed}, account of {item}", Print(account.Made + account.Brought), Print(here + account.Used + account.Sold + account.Destroyed + account.Sampled));
            }
        }

        void Compare(string what, string naive, string walked)
        {
            if (naive != walked)
            {
                wrong.Append(CultureInfo.InvariantCulture, $"{what}\n  naive:  {naive}\n  walked: {walked}\n");
            }
        }
    }

    /// <summary>Records every history, each under names of its own, and answers the leaf of the first event of each.</summary>
    private async Task<long[]> RecordAsync(Party[] firms)
    {
        var keys = Services.GetRequiredService<Database>().Keys;
        var writer = Services.GetRequiredService<LedgerWriter>();
        var first = new long[Histories];
        var requests = new List<RecordRequest>();
        for (var seed = 0; seed < Histories; seed++)
        {
            first[seed] = requests.Count;
            foreach (var told in RandomHistory.Of(seed))
            {
                var isOdd = (told.Id[^1] & 1) == 1;
                var named = told with { Id = $"{told.Id}:{seed}", Transformation = told.Transformation is { } id ? $"{id}:{seed}" : null };
                var json = JsonElement.Parse(named.ToEpcis(item => Uri(seed, item, isUrn: isOdd), inGrams: isOdd));
                var prepared = PreparedEvent.Make(keys, OwnIds.None, firms[told.Party], json, isNamed: true, Digest.Sha256(Encoding.UTF8.GetBytes(named.Id)));
                requests.Add(new RecordRequest(firms[told.Party], [prepared]));
            }
        }
        var places = new List<long>();
        foreach (var some in requests.Chunk(200)) // a full queue would answer 429
        {
            var outcomes = await Task.WhenAll(some.Select(writer.RecordAsync));
            places.AddRange(outcomes.Select(outcome => Assert.IsType<RecordOutcome.Recorded>(outcome).Events[0].Leaf));
        }
        return [.. first.Select(at => places[(int)at])];
    }

    private static string Naive(IReadOnlyList<Told> told, string item, bool isBack, int depth)
    {
        var naive = new NaiveTrace(told);
        naive.Trace(item, isBack, depth);
        return Print(naive.Nodes, naive.Edges, naive.Events.Select(leaf => (long)leaf), naive.Withdrawn.Select(leaf => (long)leaf), naive.Open);
    }

    private static string Walked(LogReading log, int seed, string item, bool isBack, int depth, long first)
    {
        var trace = new TraceWalk(log.HistoryOf, log.Transformation, depth).From(Id(seed, item), isBack ? TraceDirection.Back : TraceDirection.Forward);
        Assert.Equal(trace.Open.Count > 0, trace.IsTruncated);
        return Print(
            trace.Nodes.Select(node => $"{Name(node.Item)} {node.Depth} {(node.Ways == TraceDirection.None ? "around" : "way")}"),
            trace.Edges.Select(edge => edge.Link == TraceLink.PackedInto ? $"{Name(edge.From)} in {Name(edge.To)}"
                : $"{Name(edge.From)} into {Name(edge.To)} {(edge.Value is { } value ? Print(new Amount(value, edge.Uom).In("KGM")!.Value) : "?")}"),
            trace.Events.Select(e => e.Leaf - first),
            trace.Withdrawn.Select(pair => pair.Event.Leaf - first),
            trace.Open.Select(Name));
    }

    private static string Print(IEnumerable<string> nodes, IEnumerable<string> edges, IEnumerable<long> events, IEnumerable<long> withdrawn, IEnumerable<string> open) =>
        $"{List(nodes)} | {List(edges)} | {string.Join(' ', events.Order())} | {string.Join(' ', withdrawn.Order())} | {List(open)}";

    private static string List(IEnumerable<string> words) => string.Join(", ", words.Distinct().Order(StringComparer.Ordinal));

    private static string Print(decimal kilograms) => kilograms.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Uri(int seed, string item, bool isUrn) => item[0] != 'L' ? $"urn:x:{seed}:{item}"
        : isUrn ? $"urn:epc:class:lgtin:9506000.013435.H{seed}-{item}" : $"https://id.gs1.org/01/09506000134352/10/H{seed}-{item}";

    private static ItemId Id(int seed, string item) => ItemId.TryParse(Uri(seed, item, isUrn: false), OwnIds.None, out var id, out var error) ? id : throw new ArgumentException(error);

    private static string Name(ItemId item) => item.Uri[^2..];
}
