using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeadGen.Portal.Leads;

/// <summary>A place in a list: right behind the lead with this sort value and id. Senders hand it back unread.</summary>
/// <param name="Sort">The order it belongs to.</param>
/// <param name="Id">The lead.</param>
/// <param name="Number">Its sort value when that is a number.</param>
/// <param name="Time">Its sort value when that is a time.</param>
/// <param name="Word">Its sort value when that is a text; all three are null behind a lead that lacks the value.</param>
internal sealed record LeadCursor(
    [property: JsonPropertyName("s")] LeadSort Sort,
    [property: JsonPropertyName("i")] Guid Id,
    [property: JsonPropertyName("n")] double? Number = null,
    [property: JsonPropertyName("t")] DateTime? Time = null,
    [property: JsonPropertyName("w")] string? Word = null)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
    };

    [JsonIgnore]
    public bool HasValue => Number is not null || Time is not null || Word is not null;

    public static LeadCursor Behind(LeadRow row, LeadSort sort) => LeadOrder.KeyOf(sort) switch
    {
        LeadOrder.Key.Score => new(sort, row.Id, row.ScoreValue, null, null),
        LeadOrder.Key.Created => new(sort, row.Id, null, row.CreatedAt, null),
        LeadOrder.Key.Name => new(sort, row.Id, null, null, row.FullName),
        _ => new(sort, row.Id, null, null, row.CompanyName),
    };

    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, Json));

    /// <exception cref="LeadCursorException">Not a cursor, or one of another order.</exception>
    public static LeadCursor Parse(string text, LeadSort sort)
    {
        try
        {
            var cursor = JsonSerializer.Deserialize<LeadCursor>(Base64Url.DecodeFromChars(text), Json);
            return cursor is not null && cursor.Sort == sort && cursor.Fits() ? cursor : throw new LeadCursorException();
        }
        catch (Exception e) when (e is FormatException and not LeadCursorException or JsonException)
        {
            throw new LeadCursorException();
        }
    }

    private bool Fits() => LeadOrder.KeyOf(Sort) switch
    {
        LeadOrder.Key.Score => Time is null && Word is null && Number is null or >= double.MinValue and <= double.MaxValue,
        LeadOrder.Key.Created => Time is not null && Number is null && Word is null,
        _ => Number is null && Time is null,
    };
}

/// <summary>The cursor was not made by this list in this order; start again without one.</summary>
public sealed class LeadCursorException() : FormatException("The cursor does not belong to this list. Start again without a cursor.");
