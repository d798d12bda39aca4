using System.Globalization;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Queries;

/// <summary>Understands the parameters of a SimpleEventQuery, or says which it does not and why. One query each.</summary>
/// <param name="namespaces">Prefixes that the query declares.</param>
/// <param name="stated">Master data that the asker knows.</param>
internal sealed partial class QueryReader(IReadOnlyDictionary<string, string> namespaces, StatedData stated, OwnIds own, IndexKeys keys)
{
    // Each parameter is held against each event looked at.
    private const int MostParameters = 200;

    private const int MostValues = 2_000;

    private readonly List<EventCondition> _conditions = [];
    private TimeRange _recordTime;
    private TimeRange _eventTime;
    private QueryArgument? _orderBy;
    private QueryArgument? _orderDirection;
    private (QueryArgument Argument, int Number)? _limit;
    private (QueryArgument Argument, int Number)? _most;
    private Problem? _problem;

    /// <param name="query">Null with a problem.</param>
    public Problem? Read(IReadOnlyList<QueryArgument> arguments, out EventQuery? query)
    {
        query = null;
        if (arguments.Count > MostParameters || arguments.Sum(argument => argument.List.Count) > MostValues)
        {
            return QueryProblems.TooComplex($"The query has more than {MostParameters} parameters or {MostValues} values; ask for less at once.");
        }
        foreach (var argument in arguments.TakeWhile(_ => _problem is null))
        {
            Read(argument);
        }
        var order = ReadOrder();
        if (_limit is { } limit && (_most is not null || _orderBy is null))
        {
            Refuse(limit.Argument, _most is not null ? "eventCountLimit and maxEventCount exclude each other." : "eventCountLimit takes the first events of an order: name it with orderBy.");
        }
        if (_problem is null)
        {
            query = new EventQuery(_conditions, _recordTime, _eventTime, order, _limit?.Number, _most?.Number, MarkOf(arguments));
        }
        return _problem;
    }

    private void Read(QueryArgument argument)
    {
        if (argument.List is [] || (argument.List.Any(text => text.Length == 0) && !argument.Name.StartsWith("EXISTS_", StringComparison.Ordinal)))
        {
            Refuse(argument, "The parameter has no value, or one that is empty.");
            return;
        }
        switch (argument.Name)
        {
            case "GE_recordTime" when Time(argument) is { } time:
                _recordTime = _recordTime.NotBefore(time);
                break;
            case "LT_recordTime" when Time(argument) is { } time:
                _recordTime = _recordTime.EarlierThan(time);
                break;
            case "GE_eventTime" when Time(argument) is { } time:
                _eventTime = _eventTime.NotBefore(time);
                break;
            case "LT_eventTime" when Time(argument) is { } time:
                _eventTime = _eventTime.EarlierThan(time);
                break;
            case "orderBy":
                _orderBy = argument;
                break;
            case "orderDirection":
                _orderDirection = argument;
                break;
            case "eventCountLimit" when Count(argument) is { } count:
                _limit = (argument, count);
                break;
            case "maxEventCount" when Count(argument) is { } count:
                _most = (argument, count);
                break;
            default:
                if (_problem is null)
                {
                    ReadCondition(argument);
                }
                break;
        }
    }

    private void ReadCondition(QueryArgument argument)
    {
        // A parameter that is understood and asks for nothing has no condition and no problem.
        if (TryStandard(argument, out var condition) || TrySensor(argument, out condition) || TryFamily(argument, out condition))
        {
            if (condition is not null)
            {
                _conditions.Add(condition);
            }
            return;
        }
        Refuse(argument, $"There is no query parameter '{argument.Name}' in EPCIS 2.0. Extension fields are named with their prefix: EQ_example:myField.");
    }

    private EventOrder ReadOrder()
    {
        if (_orderDirection is { } direction && direction.Text is not ("ASC" or "DESC"))
        {
            Refuse(direction, "orderDirection is ASC or DESC.");
        }
        var isDescending = _orderDirection?.Text != "ASC";
        switch (_orderBy?.Text)
        {
            case null when _orderBy is null:
                return new EventOrder(OrderKind.Any, false, null);
            case "eventTime":
                return new EventOrder(OrderKind.EventTime, isDescending, null);
            case "recordTime":
                return new EventOrder(OrderKind.RecordTime, isDescending, null);
            case { } field when FieldName.IsOne(field):
                return new EventOrder(OrderKind.Extension, isDescending, new FieldName(field, namespaces));
            default:
                Refuse(_orderBy, "orderBy is eventTime, recordTime, or an extension field with its prefix.");
                return new EventOrder(OrderKind.Any, false, null);
        }
    }

    private DateTimeOffset? Time(QueryArgument argument)
    {
        var time = argument.Time;
        if (time is null)
        {
            Refuse(argument, "The value is no date and time with offset, such as 2026-11-21T14:30:00+01:00 (escape the plus sign in a URL: %2B).");
        }
        return time;
    }

    private int? Count(QueryArgument argument)
    {
        if (int.TryParse(argument.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
        {
            return count;
        }
        Refuse(argument, "The value is no whole number above 0.");
        return null;
    }

    private void Refuse(QueryArgument argument, string detail) =>
        _problem ??= QueryProblems.Parameter(argument.Name, argument.Text ?? string.Join('|', argument.List), detail);

    private long MarkOf(IReadOnlyList<QueryArgument> arguments) =>
        keys.OfTerm("query:" + string.Join('\0', arguments.Select(argument => argument.Canonical).Order(StringComparer.Ordinal)));
}
