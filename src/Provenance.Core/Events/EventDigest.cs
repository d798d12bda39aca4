using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Provenance.Core.Events;

/// <summary>
/// The digest of <see cref="EventCommitment.Make"/> and nothing else: what capture needs of an event, once for each. The disclosures themselves are made again from the
/// seed when somebody asks for a proof, by the readable code; a test holds the two to each other.
/// </summary>
public sealed class EventDigest
{
    private static readonly byte[][] Must = [.. EventFields.Must.Select(Encoding.UTF8.GetBytes)];

    // One for each thread. Buffers grow with events and stay, but for those of a giant.
    private const int UsualBytes = 1 << 20;

    [ThreadStatic]
    private static EventDigest? t_mine;

    private readonly ArrayBufferWriter<byte> _pointer = new(128);
    private readonly ArrayBufferWriter<byte> _pointers = new(1024);
    private readonly List<(int End, JsonElement Value)> _fields = [];
    private readonly ArrayBufferWriter<byte> _text = new(4096);
    private readonly HashBatch _salts = new();
    private readonly HashBatch _digests = new();
    private readonly DigestList _must = new();
    private readonly DigestList _rest = new();

    private EventDigest()
    {
    }

    /// <param name="storedEvent">The event as stored: one compact JSON object without duplicate members.</param>
    /// <param name="seed">The event's 256 random bits.</param>
    public static Digest Of(JsonElement storedEvent, Digest seed)
    {
        var mine = t_mine ??= new EventDigest();
        var digest = mine.Compute(storedEvent, seed);
        mine._fields.Clear(); // they would keep the event's document
        if (mine._text.Capacity + mine._salts.Capacity + mine._digests.Capacity > UsualBytes)
        {
            t_mine = null;
        }
        return digest;
    }

    private Digest Compute(JsonElement e, Digest seed)
    {
        Split(e);
        var must = CountMust();
        var decoys = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(_fields.Count - must, EventCommitment.FewestSd)) - (_fields.Count - must);
        HashSalts(seed, decoys);
        HashDisclosures(decoys);

        _must.Clear();
        _rest.Clear();
        for (var i = 0; i < _digests.Count; i++)
        {
            (i < _fields.Count && IsMust(Pointer(i)) ? _must : _rest).Add(_digests[i]);
        }
        // Sorting looks at the first eight characters; that two are alike there is not to be expected, and not to be relied on.
        if (!_must.TrySort() || !_rest.TrySort())
        {
            return EventCommitment.Make(e, seed).Commitment.Digest;
        }
        _text.ResetWrittenCount();
        _text.Write("{\"_must\":["u8);
        _must.WriteTo(_text);
        _text.Write("],\"_sd\":["u8);
        _rest.WriteTo(_text);
        _text.Write("],\"_sd_alg\":\"sha-256\"}"u8);
        return Digest.Sha256(_text.WrittenSpan);
    }

    /// <summary>What salts are cut from: of each field, then of each decoy.</summary>
    private void HashSalts(Digest seed, int decoys)
    {
        _salts.Clear();
        for (var i = 0; i < _fields.Count; i++)
        {
            var pointer = Pointer(i);
            var message = _salts.Next(Digest.Size + pointer.Length);
            seed.CopyTo(message);
            pointer.CopyTo(message[Digest.Size..]);
            _salts.Add(message.Length);
        }
        for (var n = 0; n < decoys; n++)
        {
            var message = _salts.Next(Digest.Size + 12);
            seed.CopyTo(message);
            message[Digest.Size] = (byte)'#';
            n.TryFormat(message[(Digest.Size + 1)..], out var digits, default, System.Globalization.CultureInfo.InvariantCulture);
            _salts.Add(Digest.Size + 1 + digits);
        }
        _salts.Compute();
    }

    /// <summary>Digests of the disclosures <c>[salt,pointer,value]</c>, then of the decoys.</summary>
    private void HashDisclosures(int decoys)
    {
        _digests.Clear();
        for (var i = 0; i < _fields.Count; i++)
        {
            Spell(_salts[i][..Disclosure.SaltSize], Pointer(i), JsonMarshal.GetRawUtf8Value(_fields[i].Value));
            Base64Url.EncodeToUtf8(_text.WrittenSpan, _digests.Next(Base64Url.GetEncodedLength(_text.WrittenCount)), out _, out var written);
            _digests.Add(written);
        }
        for (var n = 0; n < decoys; n++)
        {
            _digests.Add(_salts[_fields.Count + n]);
        }
        _digests.Compute();
    }

    private void Spell(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> pointer, ReadOnlySpan<byte> value)
    {
        _text.ResetWrittenCount();
        _text.Write("[\""u8);
        Base64Url.EncodeToUtf8(salt, _text.GetSpan(24), out _, out var written);
        _text.Advance(written);
        _text.Write("\","u8);
        if (pointer.ContainsAny((byte)'"', (byte)'\\') || pointer.ContainsAnyInRange((byte)0, (byte)0x1f))
        {
            Jcs.WriteString(_text, Encoding.UTF8.GetString(pointer));
        }
        else
        {
            _text.Write("\""u8);
            _text.Write(pointer);
            _text.Write("\""u8);
        }
        _text.Write(","u8);
        _text.Write(value);
        _text.Write("]"u8);
    }

    private ReadOnlySpan<byte> Pointer(int field)
    {
        var start = field == 0 ? 0 : _fields[field - 1].End;
        return _pointers.WrittenSpan[start.._fields[field].End];
    }

    private int CountMust()
    {
        var count = 0;
        for (var i = 0; i < _fields.Count; i++)
        {
            count += IsMust(Pointer(i)) ? 1 : 0;
        }
        return count;
    }

    private void Split(JsonElement e)
    {
        _fields.Clear();
        _pointers.ResetWrittenCount();
        foreach (var member in e.EnumerateObject())
        {
            _pointer.ResetWrittenCount();
            Step(member);
            AddMember(member);
        }
    }

    /// <summary>As <see cref="EventFields.Split"/> parts an event.</summary>
    private void AddMember(JsonProperty member)
    {
        var value = member.Value;
        if (value.ValueKind == JsonValueKind.Object && EventFields.IsByMember(member))
        {
            AddMembers(value);
        }
        else if (value.ValueKind == JsonValueKind.Array && !member.NameEquals("@context"u8) && value.GetArrayLength() > 0)
        {
            var quantities = EventFields.IsQuantityList(member);
            var at = _pointer.WrittenCount;
            var index = 0;
            foreach (var element in value.EnumerateArray())
            {
                Cut(at);
                Step(index++);
                if (quantities && element.ValueKind == JsonValueKind.Object)
                {
                    AddMembers(element);
                }
                else
                {
                    AddField(element);
                }
            }
        }
        else
        {
            AddField(value);
        }
    }

    private void AddMembers(JsonElement parent)
    {
        var at = _pointer.WrittenCount;
        var any = false;
        foreach (var member in parent.EnumerateObject())
        {
            any = true;
            Cut(at);
            Step(member);
            AddField(member.Value);
        }
        if (!any)
        {
            AddField(parent);
        }
    }

    private void AddField(JsonElement value)
    {
        _pointers.Write(_pointer.WrittenSpan);
        _fields.Add((_pointers.WrittenCount, value));
    }

    private static bool IsMust(ReadOnlySpan<byte> pointer)
    {
        foreach (var must in Must)
        {
            if (pointer.SequenceEqual(must))
            {
                return true;
            }
        }
        return false;
    }

    private void Step(JsonProperty member)
    {
        _pointer.Write("/"u8);
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        if (raw.ContainsAny((byte)'\\', (byte)'~', (byte)'/'))
        {
            Encoding.UTF8.GetBytes(EventFields.Escape(member.Name), _pointer);
        }
        else
        {
            _pointer.Write(raw);
        }
    }

    private void Step(int index)
    {
        _pointer.Write("/"u8);
        index.TryFormat(_pointer.GetSpan(12), out var digits, default, System.Globalization.CultureInfo.InvariantCulture);
        _pointer.Advance(digits);
    }

    private void Cut(int length)
    {
        if (_pointer.WrittenCount > length)
        {
            _pointer.ResetWrittenCount();
            _pointer.Advance(length); // what was written there is still there
        }
    }
}
