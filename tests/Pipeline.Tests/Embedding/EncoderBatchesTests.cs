using CsCheck;
using LeadGen.Pipeline.Embedding;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Embedding;

public class EncoderBatchesTests
{
    private static readonly Gen<int[][]> Texts = Gen.Int[0, 400].Array[0, 60].Select(lengths => lengths.Select(length => new int[length]).ToArray());

    [Fact]
    public void Rows_cover_each_text_once_and_in_order() => Texts.Sample(texts =>
    {
        var rows = EncoderBatches.Cut(texts, 126);
        rows.ShouldAllBe(row => row.Length > 0 && row.Length <= 126);
        for (var text = 0; text < texts.Length; text++)
        {
            var end = 0;
            foreach (var row in rows.Where(row => row.Text == text))
            {
                row.Start.ShouldBe(end);
                end += row.Length;
            }

            end.ShouldBe(texts[text].Length);
        }
    });

    [Fact]
    public void Batches_hold_each_row_once_within_their_size() => Texts.Sample(texts =>
    {
        var rows = EncoderBatches.Cut(texts, 126);
        var batches = EncoderBatches.Plan(rows, specialTokens: 2, tokensPerBatch: 512);
        batches.SelectMany(batch => batch.Rows).Order().ShouldBe(Enumerable.Range(0, rows.Count));
        batches.ShouldAllBe(batch => batch.Rows.Count * batch.Width <= 512 && batch.Width % 8 == 0 && batch.Width <= 128);
        batches.ShouldAllBe(batch => batch.Rows.All(row => rows[row].Length + 2 <= batch.Width));
    });

    [Fact]
    public void A_long_text_is_cut_evenly() =>
        EncoderBatches.Cut([new int[130]], 128).ShouldBe([new EncoderRow(0, 0, 65), new EncoderRow(0, 65, 65)]);
}
