using System.ComponentModel.DataAnnotations;

namespace LeadGen.Portal.Account;

internal static class Says
{
    public const string Email = "Enter an e-mail address such as name@company.com.";
    public const string Password = "Use at least 10 characters.";
}

public sealed class SignInForm
{
    [Required(ErrorMessage = Says.Email), StringLength(256, ErrorMessage = Says.Email)]
    public string Email { get; set; } = "";

    [Required(ErrorMessage = "Enter your password."), StringLength(200, ErrorMessage = "This password is too long.")]
    public string Password { get; set; } = "";
}

public sealed class ForgotForm
{
    [Required(ErrorMessage = Says.Email), EmailAddress(ErrorMessage = Says.Email), StringLength(256, ErrorMessage = Says.Email)]
    public string Email { get; set; } = "";
}

public sealed class NewPasswordForm
{
    [Required(ErrorMessage = Says.Password), StringLength(200, MinimumLength = 10, ErrorMessage = Says.Password)]
    public string Password { get; set; } = "";
}

public sealed class SignUpForm
{
    [Required(ErrorMessage = "Enter your name."), StringLength(100, ErrorMessage = "Use at most 100 characters.")]
    public string Name { get; set; } = "";

    [Required(ErrorMessage = Says.Email), EmailAddress(ErrorMessage = Says.Email), StringLength(256, ErrorMessage = Says.Email)]
    public string Email { get; set; } = "";

    [Required(ErrorMessage = Says.Password), StringLength(200, MinimumLength = 10, ErrorMessage = Says.Password)]
    public string Password { get; set; } = "";

    [Required(ErrorMessage = "Enter your company’s name."), StringLength(120, ErrorMessage = "Use at most 120 characters.")]
    public string Company { get; set; } = "";
}

/// <summary>An account for somebody who was invited: the address is the invitation's.</summary>
public sealed class JoinForm
{
    [Required(ErrorMessage = "Enter your name."), StringLength(100, ErrorMessage = "Use at most 100 characters.")]
    public string Name { get; set; } = "";

    [Required(ErrorMessage = Says.Password), StringLength(200, MinimumLength = 10, ErrorMessage = Says.Password)]
    public string Password { get; set; } = "";
}

public sealed class WorkspaceForm
{
    [Required(ErrorMessage = "Enter your company’s name."), StringLength(120, ErrorMessage = "Use at most 120 characters.")]
    public string Company { get; set; } = "";
}

public sealed class NameForm
{
    [Required(ErrorMessage = "Enter your name."), StringLength(100, ErrorMessage = "Use at most 100 characters.")]
    public string Name { get; set; } = "";
}

public sealed class PasswordForm
{
    [Required(ErrorMessage = "Enter your present password."), StringLength(200, ErrorMessage = "This password is too long.")]
    public string Present { get; set; } = "";

    [Required(ErrorMessage = Says.Password), StringLength(200, MinimumLength = 10, ErrorMessage = Says.Password)]
    public string Password { get; set; } = "";
}
