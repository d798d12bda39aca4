using System.Globalization;

namespace Provenance.Core.Gs1;

/// <summary>The fields within a North American coupon code (AI 8110) and a positive-offer-file coupon (AI 8112).</summary>
/// <remarks>Most fields say their own length: a digit before them, counted from a least length (GS1 General Specifications §3.9.2, North American Coupon Application Guideline).</remarks>
internal static class CouponContent
{
    /// <summary>What is wrong with an AI 8110; null when nothing is.</summary>
    public static string? CodeFault(string code)
    {
        var fields = new Fields(code);
        fields.TakeSized("company prefix", most: '6', least: 6);
        fields.Take(6, "offer code");
        fields.TakeSized("save value", '5', first: '1');
        TakePurchase(fields, "first purchase");
        if (fields.Begins('1'))
        {
            fields.TakeOneOf("0123", "additional purchase rules code");
            TakePurchase(fields, "second purchase");
            fields.TakeSized("second purchase's company prefix", '6', 6, none: '9');
        }
        if (fields.Begins('2'))
        {
            TakePurchase(fields, "third purchase");
            fields.TakeSized("third purchase's company prefix", '6', 6, none: '9');
        }
        var expires = fields.Begins('3') ? fields.TakeDate("expiration date") : null;
        var starts = fields.Begins('4') ? fields.TakeDate("start date") : null;
        if (expires is { } last && starts is { } first && YearsBetween(first, last) is var years && (years < 0 || (years == 0 && string.CompareOrdinal(last, first) < 0)))
        {
            fields.Refuse($"should not expire on {last}, before its start on {first}");
        }
        if (fields.Begins('5'))
        {
            fields.TakeSized("serial number", '9', 6);
        }
        if (fields.Begins('6'))
        {
            fields.TakeSized("retailer's number", '7', 6, first: '1');
        }
        if (fields.Begins('9'))
        {
            fields.TakeOneOf("01256", "save value code");
            fields.TakeOneOf("012", "save value's item");
            fields.Take(1, "store coupon flag");
            fields.TakeOneOf("01", "multiply flag");
        }
        return fields.End();
    }

    /// <summary>What is wrong with an AI 8112; null when nothing is.</summary>
    public static string? PositiveOfferFault(string code)
    {
        var fields = new Fields(code);
        fields.TakeOneOf("01", "format code");
        fields.TakeSized("funder's number", '6', 6);
        fields.Take(6, "offer code");
        fields.TakeSized("serial number", '9', 6);
        return fields.End();
    }

    private static void TakePurchase(Fields fields, string name)
    {
        fields.TakeSized($"{name} requirement", '5', first: '1');
        fields.TakeOneOf("012349", $"{name} requirement code");
        fields.Take(3, $"{name} family code");
    }

    // Two digits name a year within fifty years of the other.
    private static int YearsBetween(string first, string last) =>
        ((int.Parse(last.AsSpan(0, 2), CultureInfo.InvariantCulture) - int.Parse(first.AsSpan(0, 2), CultureInfo.InvariantCulture) + 150) % 100) - 50;

    /// <summary>Reads from left to right; after the first fault everything is empty and nothing more is judged.</summary>
    private sealed class Fields(string code)
    {
        private int _at;
        private string? _fault = code.AsSpan().ContainsAnyExceptInRange('0', '9') ? "should be digits" : null;

        public void Refuse(string fault) => _fault ??= fault;

        public string Take(int length, string name)
        {
            if (_fault is not null || length > code.Length - _at)
            {
                Refuse($"ends within its {name}");
                return "";
            }
            _at += length;
            return code.Substring(_at - length, length);
        }

        public void TakeOneOf(string allowed, string name)
        {
            if (Take(1, name) is [var c] && !allowed.Contains(c, StringComparison.Ordinal))
            {
                Refuse($"should have a {name} of {string.Join(", ", allowed.ToCharArray())}, not {c}");
            }
        }

        /// <param name="most">Largest length digit.</param>
        /// <param name="least">Length that the digit 0 stands for.</param>
        /// <param name="none">The digit that says there is no such field.</param>
        public void TakeSized(string name, char most, int least = 0, char first = '0', char? none = null)
        {
            if (Take(1, name) is not [var size] || size == none)
            {
                return;
            }
            if (size < first || size > most)
            {
                Refuse($"should give the length of its {name} as {first} to {most}, not {size}");
            }
            Take(size - '0' + least, name);
        }

        public string? TakeDate(string name)
        {
            var date = Take(6, name);
            if (_fault is null && AiContent.Fault("date", date) is not null)
            {
                Refuse($"should have a {name} as YYMMDD, not {date}");
            }
            return _fault is null ? date : null;
        }

        /// <summary>Steps over the digit that an optional field begins with, where it stands here.</summary>
        public bool Begins(char field)
        {
            var here = _fault is null && _at < code.Length && code[_at] == field;
            _at += here ? 1 : 0;
            return here;
        }

        public string? End() => _fault ?? (_at == code.Length ? null : $"has '{code[_at..]}' behind its last field");
    }
}
