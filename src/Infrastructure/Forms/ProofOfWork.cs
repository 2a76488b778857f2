using System.Security.Cryptography;
using System.Text;

namespace LeadGen.Infrastructure.Forms;

/// <summary>A little arithmetic that a visitor's browser does before it sends: nothing for one person, dear for a machine that sends thousands.</summary>
public static class ProofOfWork
{
    /// <summary>Leading zero bits of SHA-256 over <c>token:proof</c>: 65,000 tries on average, some tenths of a second.</summary>
    public const int Bits = 16;

    public static bool Holds(string token, string? proof)
    {
        if (proof is null || proof.Length is 0 or > 20)
        {
            return false;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{token}:{proof}"));
        return hash[0] == 0 && hash[1] == 0;
    }
}
