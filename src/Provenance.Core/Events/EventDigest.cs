using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Provenance.Core.Events;

/// <summary>
/// The digest of <see cref="EventCommitment.Make"/> and nothing else: what capture needs of an event, once for each. The disclosures themselves are made again from the
/// seed when somebody asks for a proof, by the readable code; a test holds the two to each other.
/// </summary>
public sealed class EventDigest
{
    /// <summary>Characters of a digest in base64url.</summary>
    private const int Width = 43;

    private static readonly byte[][] Must = [.. EventFields.Must.Select(Encoding.UTF8.GetBytes)];

    // One for each thread. Buffers grow with events and stay, but for those of a giant.
    private const int UsualBytes = 1 << 20;

    [ThreadStatic]
    private static EventDigest? t_mine;

    private readonly ArrayBufferWriter<byte> _pointer = new(128);
    private readonly ArrayBufferWriter<byte> _text = new(4096);
    private readonly ArrayBufferWriter<byte> _encoded = new(8192);
    private readonly DigestList _must = new();
    private readonly DigestList _rest = new();
    private readonly byte[] _seeded = new byte[Digest.Size + 12];

    private EventDigest()
    {
    }

    /// <param name="storedEvent">The event as stored: one compact JSON object without duplicate members.</param>
    /// <param name="seed">The event's 256 random bits.</param>
    public static Digest Of(JsonElement storedEvent, Digest seed)
    {
        var mine = t_mine ??= new EventDigest();
        var digest = mine.Compute(storedEvent, seed);
        if (mine._encoded.Capacity + mine._text.Capacity > UsualBytes)
        {
            t_mine = null;
        }
        return digest;
    }

    private Digest Compute(JsonElement e, Digest seed)
    {
        _must.Clear();
        _rest.Clear();
        seed.CopyTo(_seeded);
        foreach (var member in e.EnumerateObject())
        {
            _pointer.ResetWrittenCount();
            Step(member);
            AddMember(member);
        }
        var width = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(_rest.Count, EventCommitment.FewestSd));
        for (var n = 0; _rest.Count < width; n++)
        {
            AddDecoy(n);
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

    /// <summary>Digest of the disclosure <c>[salt,pointer,value]</c>.</summary>
    private void AddField(JsonElement value)
    {
        var pointer = _pointer.WrittenSpan;
        _text.ResetWrittenCount();
        _text.Write(_seeded.AsSpan(0, Digest.Size));
        _text.Write(pointer);
        Span<byte> hash = stackalloc byte[Digest.Size];
        SHA256.HashData(_text.WrittenSpan, hash);

        _text.ResetWrittenCount();
        _text.Write("[\""u8);
        Base64Url.EncodeToUtf8(hash[..Disclosure.SaltSize], _text.GetSpan(24), out _, out var written);
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
        _text.Write(JsonMarshal.GetRawUtf8Value(value));
        _text.Write("]"u8);

        _encoded.ResetWrittenCount();
        Base64Url.EncodeToUtf8(_text.WrittenSpan, _encoded.GetSpan(Base64Url.GetEncodedLength(_text.WrittenCount)), out _, out written);
        _encoded.Advance(written);
        SHA256.HashData(_encoded.WrittenSpan, hash);
        (IsMust(pointer) ? _must : _rest).Add(hash);
    }

    private void AddDecoy(int n)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        _seeded[Digest.Size] = (byte)'#';
        n.TryFormat(_seeded.AsSpan(Digest.Size + 1), out var digits, default, System.Globalization.CultureInfo.InvariantCulture);
        SHA256.HashData(_seeded.AsSpan(0, Digest.Size + 1 + digits), hash);
        SHA256.HashData(hash, hash);
        _rest.Add(hash);
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

    /// <summary>Digests in base64url, to be written in ascending order.</summary>
    private sealed class DigestList
    {
        private byte[] _characters = new byte[64 * Width];
        private ulong[] _starts = new ulong[64];
        private int[] _places = new int[64];

        public int Count { get; private set; }

        public void Clear() => Count = 0;

        public void Add(ReadOnlySpan<byte> hash)
        {
            if (Count == _places.Length)
            {
                Array.Resize(ref _characters, 2 * _characters.Length);
                Array.Resize(ref _starts, 2 * Count);
                Array.Resize(ref _places, 2 * Count);
            }
            var place = _characters.AsSpan(Count * Width, Width);
            Base64Url.EncodeToUtf8(hash, place, out _, out _);
            _starts[Count] = BinaryPrimitives.ReadUInt64BigEndian(place);
            _places[Count] = Count;
            Count++;
        }

        /// <summary>False where two begin alike.</summary>
        public bool TrySort()
        {
            var starts = _starts.AsSpan(0, Count);
            starts.Sort(_places.AsSpan(0, Count));
            for (var i = 1; i < Count; i++)
            {
                if (starts[i] == starts[i - 1])
                {
                    return false;
                }
            }
            return true;
        }

        public void WriteTo(ArrayBufferWriter<byte> output)
        {
            for (var i = 0; i < Count; i++)
            {
                output.Write(i == 0 ? "\""u8 : ",\""u8);
                output.Write(_characters.AsSpan(_places[i] * Width, Width));
                output.Write("\""u8);
            }
        }
    }
}
