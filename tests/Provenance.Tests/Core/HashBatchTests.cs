using System.Security.Cryptography;
using Provenance.Core;

namespace Provenance.Tests.Core;

public sealed class HashBatchTests
{
    [Fact]
    public void Every_length_around_the_edges_of_a_block_hashes_as_the_platform_does() => Agrees(Enumerable.Range(0, 200));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(500)]
    public void Any_number_of_messages_of_any_length_hashes_as_the_platform_does(int messages)
    {
        var random = new Random(messages);
        Agrees(Enumerable.Range(0, messages).Select(_ => random.Next(random.Next(1, 3000))));
    }

    [Fact]
    public void A_batch_is_used_again_and_nothing_of_before_is_left()
    {
        var batch = new HashBatch();
        foreach (var size in (int[])[300, 3, 40])
        {
            batch.Clear();
            for (var i = 0; i < 20; i++)
            {
                batch.Add(Message(size + i));
            }
            batch.Compute();
            Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(SHA256.HashData(Message(size + i)), batch[i].ToArray()));
        }
    }

    private static void Agrees(IEnumerable<int> lengths)
    {
        var messages = lengths.Select(Message).ToList();
        var batch = new HashBatch();
        messages.ForEach(message => batch.Add(message));
        batch.Compute();
        Assert.Equal(messages.Count, batch.Count);
        Assert.All(messages.Index(), m => Assert.Equal(SHA256.HashData(m.Item), batch[m.Index].ToArray()));
    }

    private static byte[] Message(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
