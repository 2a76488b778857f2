using System.Buffers;
using System.Runtime.InteropServices;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>
/// Splits delimited text into records (RFC 4180, leniently) in bounded memory and survives what breaks other readers.
/// </summary>
/// <remarks>
/// <para>CR, LF and CRLF end a record, also mixed. Lines without any character are skipped. A quote counts only at a field's start;
/// text behind a closing quote is kept as it stands.</para>
/// <para>A quoted field counts as never closed when it runs over 500 lines, over the longest record, to the end of the file, or when it
/// runs over a line's end and what closes it is really the opening quote of a later field (text follows it). Then only the
/// line it began on is given up, and reading goes on with the next line. Each of these scans ends at the first stray quote, so the
/// work stays linear in the file.</para>
/// </remarks>
internal sealed class CsvRecords(TextReader text, char delimiter, SearchValues<char>? unreadable = null) : RecordSource
{
    private const int MaxRecord = 1 << 20;
    private const int MaxLines = 500;

    private readonly List<Span> _fields = [];
    private char[] _buffer = new char[1 << 16];
    private int _start;
    private int _next;
    private int _end;
    private int _recordEnd;
    private bool _finished;
    private string? _givenUp;

    public override int Count => _fields.Count;

    public override (int Field, string Reason)? Fault => _fault;

    private (int Field, string Reason)? _fault;

    public override bool Read(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        _fields.Clear();
        _fault = null;
        _givenUp = null;
        if (!SkipBlankLines())
            return false;
        while (true)
        {
            var state = AtLeastOne() && _buffer[_next] == '"' ? ReadQuoted() : ReadPlain(_next - _start, close: -1, escapes: false);
            if (state == Step.GivenUp)
                return true;
            if (state == Step.RecordEnds)
                break;
        }
        CheckCharacters();
        return true;
    }

    public override string Value(int field)
    {
        var span = _fields[field];
        var whole = _buffer.AsSpan(_start + span.From, span.Length);
        if (span.Close < 0)
            return span.Length == 0 ? "" : new string(whole);
        var inside = new string(whole[1..span.Close]);
        if (span.Escapes)
            inside = inside.Replace("\"\"", "\"", StringComparison.Ordinal);
        return span.Close + 1 == span.Length ? inside : string.Concat(inside, whole[(span.Close + 1)..]);
    }

    public override string Raw() =>
        _givenUp ?? new string(_buffer, _start, Math.Min(_recordEnd - _start, TableRow.MaxRaw));

    public override void Dispose() => text.Dispose();

    /// <summary>Reads up to the next delimiter or line end; <paramref name="close"/> is set behind a closing quote.</summary>
    private Step ReadPlain(int from, int close, bool escapes)
    {
        var scanned = _next - _start;
        int at;
        while ((at = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOfAny(delimiter, '\r', '\n')) < 0)
        {
            scanned = _end - _start;
            var filled = Fill();
            if (filled == Filled.Full)
            {
                return GiveUp(
                    _fields.Count,
                    "The row is longer than 1,000,000 characters. Shorten it, or check that the file's lines end where they should.");
            }
            if (filled == Filled.Eof)
            {
                at = 0;
                break;
            }
        }
        _next = _start + scanned + at;
        return EndField(from, close, escapes);
    }

    private Step ReadQuoted()
    {
        var from = _next - _start;
        var scanned = from + 1;
        var escapes = false;
        var lineFeeds = 0;
        var returns = 0;
        while (true)
        {
            var rest = _buffer.AsSpan(_start + scanned, _end - _start - scanned);
            var quote = rest.IndexOf('"');
            var inside = quote < 0 ? rest : rest[..quote];
            lineFeeds += inside.Count('\n');
            returns += inside.Count('\r');
            if (Math.Max(lineFeeds, returns) > MaxLines)
                return NeverClosed("runs over more than 500 lines");
            scanned += inside.Length;
            if (quote < 0)
            {
                var filled = Fill();
                if (filled == Filled.More)
                    continue;
                return NeverClosed(filled == Filled.Eof ? "is never closed" : "runs over more than 1,000,000 characters");
            }

            // One character more tells a closing quote from an escaped one.
            if (_start + scanned + 1 == _end && Fill() == Filled.Full)
                return NeverClosed("runs over more than 1,000,000 characters");
            var after = _start + scanned + 1;
            if (after < _end && _buffer[after] == '"')
            {
                escapes = true;
                scanned += 2;
                continue;
            }

            var close = scanned - from;
            _next = after;
            if (after == _end || _buffer[after] == delimiter || _buffer[after] is '\r' or '\n')
                return EndField(from, close, escapes);
            return lineFeeds + returns > 0
                ? NeverClosed("is not closed before the next quoted value begins")
                : ReadPlain(from, close, escapes);
        }
    }

    private Step EndField(int from, int close, bool escapes)
    {
        var length = _next - _start - from;
        if (length - (close < 0 ? 0 : 2) > MaxField)
        {
            _fault ??= (_fields.Count,
                $"The value is longer than 65,536 characters ({length:N0}). Shorten it and send the row again.");
        }
        _fields.Add(new Span(from, length, close, escapes));
        _recordEnd = _next;
        if (_next == _end)
            return Step.RecordEnds;
        var ends = _buffer[_next] != delimiter;
        _next++;
        return ends ? Step.RecordEnds : Step.FieldEnds;
    }

    private Step NeverClosed(string how) => GiveUp(
        _fields.Count,
        $"A quote (\") opens this value and {how}. Close the quote, or write it twice (\"\") where it belongs to the text.");

    /// <summary>Sets the record aside and goes on with the line after the one it began on.</summary>
    private Step GiveUp(int field, string reason)
    {
        var lineEnd = _buffer.AsSpan(_start, _end - _start).IndexOfAny('\r', '\n');
        _givenUp = new string(_buffer, _start, Math.Min(lineEnd < 0 ? _end - _start : lineEnd, TableRow.MaxRaw));
        while (lineEnd < 0)
        {
            _start = _next = _end;
            if (Fill() != Filled.More)
            {
                lineEnd = _end - _start;
                break;
            }
            lineEnd = _buffer.AsSpan(_start, _end - _start).IndexOfAny('\r', '\n');
        }
        _next = _start + lineEnd;
        _fields.Clear();
        _fault = (field, reason);
        return Step.GivenUp;
    }

    private bool SkipBlankLines()
    {
        while (true)
        {
            _start = _next;
            if (!AtLeastOne())
                return false;
            if (_buffer[_next] is not ('\r' or '\n'))
                return true;
            _next++;
        }
    }

    private bool AtLeastOne() => _next < _end || Fill() == Filled.More;

    /// <summary>Reads on behind <see cref="_end"/>; positions relative to <see cref="_start"/> stay valid.</summary>
    private Filled Fill()
    {
        if (_finished)
            return Filled.Eof;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _next -= _start;
            _recordEnd -= _start;
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxRecord)
                return Filled.Full;
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        var read = text.Read(_buffer.AsSpan(_end));
        _end += read;
        _finished = read == 0;
        return read > 0 ? Filled.More : Filled.Eof;
    }

    private void CheckCharacters()
    {
        if (unreadable is null || _buffer.AsSpan(_start, _recordEnd - _start).IndexOfAny(unreadable) < 0)
            return;
        var field = 0;
        while (field < _fields.Count - 1 && _buffer.AsSpan(_start + _fields[field].From, _fields[field].Length).IndexOfAny(unreadable) < 0)
            field++;
        _fault ??= (field,
            "The value holds bytes that are no characters of the file's encoding. Save the file as UTF-8, or choose its real encoding.");
    }

    private enum Step
    {
        FieldEnds,
        RecordEnds,
        GivenUp,
    }

    private enum Filled
    {
        More,
        Eof,
        Full,
    }

    /// <summary>Where a field stands, relative to the record's start; <c>Close</c> = its closing quote, relative to the field, or −1.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Span(int From, int Length, int Close, bool Escapes);
}
