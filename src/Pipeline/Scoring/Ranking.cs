namespace LeadGen.Pipeline.Scoring;

/// <summary>
/// Leads ordered by score, for measures that see only the order. Each lead may count several times, so that a
/// bootstrap needs no new sorting.
/// </summary>
internal sealed class Ranking
{
    private readonly int[] _order;
    private readonly bool[] _won;
    private readonly bool[] _endsTie;

    public Ranking(ReadOnlySpan<double> scores, ReadOnlySpan<bool> won)
    {
        _order = StableOrder(scores);
        _order.AsSpan().Reverse();
        _won = new bool[won.Length];
        _endsTie = new bool[won.Length];
        for (var k = 0; k < _order.Length; k++)
        {
            _won[k] = won[_order[k]];
            _endsTie[k] = k == _order.Length - 1 || scores[_order[k]] > scores[_order[k + 1]];
        }
    }

    public int Count => _won.Length;

    public int Won => CountWon(_won);

    public static int CountWon(ReadOnlySpan<bool> won) => won.Count(true);

    /// <summary>Positions ascending by value; of equal values the earlier comes first.</summary>
    public static int[] StableOrder(ReadOnlySpan<double> values)
    {
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var copy = values.ToArray();
        Array.Sort(order, (a, b) => copy[a].CompareTo(copy[b]) is var c && c != 0 ? c : a.CompareTo(b));
        return order;
    }

    /// <summary>Chance that a won lead stands above a lost one; ties count half.</summary>
    /// <param name="times">How often each lead counts, by its original position; empty = once.</param>
    public double Auc(ReadOnlySpan<int> times = default)
    {
        double pairs = 0, wonAbove = 0, wonHere = 0, lostHere = 0, lost = 0;
        for (var k = 0; k < _order.Length; k++)
        {
            var weight = times.IsEmpty ? 1 : times[_order[k]];
            if (_won[k])
                wonHere += weight;
            else
                lostHere += weight;
            if (!_endsTie[k])
                continue;
            pairs += lostHere * (wonAbove + (0.5 * wonHere));
            wonAbove += wonHere;
            lost += lostHere;
            wonHere = lostHere = 0;
        }

        return wonAbove == 0 || lost == 0 ? 0.5 : pairs / (wonAbove * lost);
    }

    /// <summary>Σ (recall gained × precision there) over the distinct scores.</summary>
    public double AveragePrecision()
    {
        double sum = 0, found = 0, seen = 0, wonHere = 0;
        for (var k = 0; k < _order.Length; k++)
        {
            seen++;
            wonHere += _won[k] ? 1 : 0;
            if (!_endsTie[k])
                continue;
            found += wonHere;
            sum += wonHere * found / seen;
            wonHere = 0;
        }

        return found == 0 ? 0 : sum / found;
    }

    /// <summary>Share of won leads in the best part; leads tied across its border count with their average.</summary>
    public double PrecisionAtTop(double share, ReadOnlySpan<int> times = default)
    {
        var (won, size) = Top(share, times);
        return won / size;
    }

    public double ShareFoundInTop(double share) => Top(share, default).Won / Won;

    private (double Won, double Size) Top(double share, ReadOnlySpan<int> times)
    {
        double all = 0;
        if (times.IsEmpty)
        {
            all = _order.Length;
        }
        else
        {
            foreach (var time in times)
                all += time;
        }

        var size = Math.Max(1, Math.Round(share * all));
        double won = 0, seen = 0, wonHere = 0, here = 0;
        for (var k = 0; k < _order.Length; k++)
        {
            var weight = times.IsEmpty ? 1 : times[_order[k]];
            here += weight;
            wonHere += _won[k] ? weight : 0;
            if (!_endsTie[k])
                continue;
            if (seen + here >= size)
                return (won + (here == 0 ? 0 : wonHere * (size - seen) / here), size);
            seen += here;
            won += wonHere;
            here = wonHere = 0;
        }

        return (won, size);
    }
}
