using Provenance.Core.Gs1;

namespace Provenance.Server.Tracing;

/// <summary>An amount of an item that somebody has, or was sent.</summary>
/// <param name="Party">Row of the party; null for a firm that records nothing here.</param>
/// <param name="Named">What the events call a firm that is no party; null where they name nobody.</param>
/// <param name="Since">Since when it has some, or when it was sent.</param>
internal sealed record Holding(long? Party, ItemId? Named, decimal Value, DateTimeOffset Since);

/// <summary>
/// Where all of an item is, in one unit. Made + brought = held + unaccounted + used + sold + destroyed + sampled − missing, to the last digit.
/// </summary>
/// <param name="Uom">UN/ECE Rec 20; null for pieces.</param>
/// <param name="Brought">Came from somewhere that no event here speaks of.</param>
/// <param name="Holders">Who has it, by what they and their partners recorded.</param>
/// <param name="Unaccounted">Sent to somebody who has not recorded its receipt.</param>
/// <param name="Missing">Who gave more than came in by the record, and how much more.</param>
internal sealed record Account(
    string? Uom, decimal Made, decimal Brought, decimal Used, decimal Sold, decimal Destroyed, decimal Sampled,
    IReadOnlyList<Holding> Holders, IReadOnlyList<Holding> Unaccounted, IReadOnlyList<Holding> Missing)
{
    /// <summary>One for each thing that was measured, such as weight and volume.</summary>
    /// <param name="moves">All those that count, in the order of time.</param>
    /// <param name="netContent">What one piece holds.</param>
    public static IReadOnlyList<Account> Of(IEnumerable<Move> moves, Amount? netContent, Partners partners) =>
    [
        .. moves.Select(move => (Move: move, Scale: Scale.Of(move.Amount.Uom, netContent))).GroupBy(pair => pair.Scale.Measures)
            .Select(group => new AccountSheet(group.First().Scale, partners).Enter(group.Select(pair => (pair.Move, pair.Move.Amount.Value * pair.Scale.Factor)))),
    ];
}

/// <summary>
/// One sheet of the books, in base units. Every kilogram that came in stands in it once: in a stock, on the way, or gone.
/// What one firm sent is set against what the other received, in whichever order it was told.
/// </summary>
/// <param name="scale">The unit in which the item was first counted.</param>
internal sealed class AccountSheet(Scale scale, Partners partners)
{
    private readonly Dictionary<MoveKind, decimal> _totals = [];
    private readonly Dictionary<long, (decimal Value, DateTimeOffset Since)> _stocks = [];
    private readonly List<Parcel> _parcels = [];
    private readonly Dictionary<(long From, long To), decimal> _arrived = [];
    private decimal _brought;

    /// <param name="moves">In the order of time, each with its amount in the base unit.</param>
    public Account Enter(IEnumerable<(Move Move, decimal Value)> moves)
    {
        foreach (var (move, value) in moves)
        {
            _totals[move.Kind] = _totals.GetValueOrDefault(move.Kind) + value;
            Stock(move.Event.Party, move.Sign * value, move.Event.Facts.Time);
            switch (move.Kind)
            {
                case MoveKind.Shipped:
                    Send(move, value);
                    break;
                case MoveKind.Unshipped:
                    CallBack(move, value);
                    break;
                case MoveKind.Received:
                    Receive(move, value);
                    break;
                default:
                    break;
            }
        }
        return new Account(
            scale.Uom, Total(MoveKind.Made), Print(_brought), Total(MoveKind.Used), Total(MoveKind.Sold), Total(MoveKind.Destroyed), Total(MoveKind.Sampled),
            [.. _stocks.Where(stock => stock.Value.Value > 0).Select(stock => new Holding(stock.Key, null, Print(stock.Value.Value), stock.Value.Since))],
            [.. _parcels.Where(parcel => parcel.Value > 0).GroupBy(parcel => (parcel.To, parcel.Named))
                .Select(to => new Holding(to.Key.To, to.Key.Named, Print(to.Sum(parcel => parcel.Value)), to.Min(parcel => parcel.Sent)))],
            [.. _stocks.Where(stock => stock.Value.Value < 0).Select(stock => new Holding(stock.Key, null, Print(-stock.Value.Value), stock.Value.Since))]);
    }

    private void Send(Move move, decimal value)
    {
        var (from, at) = (move.Event.Party, move.Event.Facts.Time);
        var to = partners.FindRow(move.Event.Facts.Destinations);
        ItemId? named = to is null && move.Event.Facts.Destinations is [var first, ..] ? first : null;
        // What was received before its shipment, by the times told, is on the sheet as a parcel of less than nothing.
        foreach (var ahead in _parcels.Where(parcel => parcel.Value < 0 && parcel.From == from && (parcel.To == to || (to is null && named is null))))
        {
            var met = Math.Min(value, -ahead.Value);
            ahead.Value += met;
            value -= met;
            if (ahead.IsBrought)
            {
                _brought -= met;
            }
            else
            {
                // The receipt has taken it out of the sender's stock already.
                Stock(from, met, at);
            }
        }
        _parcels.Add(new Parcel(from, to, named, at) { Value = value });
    }

    private void CallBack(Move move, decimal value)
    {
        var to = partners.FindRow(move.Event.Facts.Destinations);
        var rest = Take(value, parcel => parcel.From == move.Event.Party && parcel.To == to);
        _brought += Take(rest, parcel => parcel.From == move.Event.Party);
    }

    private void Receive(Move move, decimal value)
    {
        var by = move.Event.Party;
        if (move.IsFromPapers)
        {
            _brought += value;
            return;
        }
        var at = move.Event.Facts.Time;
        var from = partners.FindRow(move.Event.Facts.Sources);
        var rest = Take(value, parcel => parcel.To == by && (from is null || parcel.From == from));
        rest = Take(rest, parcel => parcel is { To: null, Named: null } && (from is null || parcel.From == from));
        if (from is { } known)
        {
            _arrived[(known, by)] = _arrived.GetValueOrDefault((known, by)) + value - rest;
        }
        if (from is not { } sender || sender == by)
        {
            _brought += rest;
            return;
        }
        // Who sent it says that some came back: the other has not recorded that it sent it, and does not have it any more.
        var returned = Math.Min(rest, _arrived.GetValueOrDefault((by, sender)));
        if (returned > 0)
        {
            _arrived[(by, sender)] -= returned;
            Stock(sender, -returned, at);
            _parcels.Add(new Parcel(sender, by, null, at, IsBrought: false) { Value = -returned });
        }
        // Nobody loses anything by another's word alone: what no shipment covers came from elsewhere, until one does.
        if (rest > returned)
        {
            _brought += rest - returned;
            _parcels.Add(new Parcel(sender, by, null, at, IsBrought: true) { Value = returned - rest });
        }
    }

    /// <summary>Takes from the newest parcels first; answers what none of them covers.</summary>
    private decimal Take(decimal value, Func<Parcel, bool> isMeant)
    {
        for (var i = _parcels.Count - 1; i >= 0 && value > 0; i--)
        {
            if (_parcels[i].Value > 0 && isMeant(_parcels[i]))
            {
                var taken = Math.Min(value, _parcels[i].Value);
                _parcels[i].Value -= taken;
                value -= taken;
            }
        }
        return value;
    }

    private void Stock(long party, decimal change, DateTimeOffset at)
    {
        var before = _stocks.GetValueOrDefault(party);
        _stocks[party] = (before.Value + change, before.Value <= 0 ? at : before.Since);
    }

    private decimal Total(MoveKind kind) => Print(_totals.GetValueOrDefault(kind));

    private decimal Print(decimal value) => scale.FromBase(value).Value;

    /// <summary>A shipment, and what of it has not arrived; less than nothing where more arrived than was sent.</summary>
    private sealed record Parcel(long From, long? To, ItemId? Named, DateTimeOffset Sent, bool IsBrought = false)
    {
        public decimal Value { get; set; }
    }
}
