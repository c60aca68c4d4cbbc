#include "common/auth/static_tokens.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::auth {
namespace {

// SHA-256 of "sesame", "old-sesame" and "gateway-secret", by Python's hashlib.
constexpr char kSesame[] = "d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272";
constexpr char kOldSesame[] = "8f2379c738e7eb1a0449fc50cd087db66f12dd113b6426c0f160f71ddf375303";
constexpr char kGatewaySecret[] =
    "1e0baae50a6e2006d894f9e64c53a1317e6032f4ba67df08199d5378c5948ce6";
constexpr char kNothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST_CASE("a token is found by its hash, with the name and role of its line") {
  const auto tokens = StaticTokens::Parse(absl::StrCat(
      "# who may call\n\ncrm:agent:", kSesame, "\r\ncrm:viewer:", kOldSesame,
      "  # until the rotation is over\ngateway:service:", kGatewaySecret, ":delegate\n"));
  REQUIRE(tokens.ok());
  CHECK(*tokens->Verify("sesame") == Principal{.name = "crm", .role = Role::kAgent});
  CHECK(*tokens->Verify("old-sesame") == Principal{.name = "crm", .role = Role::kViewer});
  CHECK(*tokens->Verify("gateway-secret") ==
        Principal{.name = "gateway", .role = Role::kService, .may_delegate = true});
  for (const char* wrong : {"Sesame", "sesame ", kSesame}) {
    CAPTURE(wrong);
    const absl::Status refused = tokens->Verify(wrong).status();
    CHECK(absl::IsUnauthenticated(refused));
    CHECK(GetReason(refused) == reason::kUnauthenticated);
    CHECK_FALSE(absl::StrContains(refused.message(), wrong));
  }
}

TEST_CASE("an empty token is nobody's, whatever the file says") {
  const auto tokens = StaticTokens::Parse(absl::StrCat("crm:admin:", kNothing));
  REQUIRE(tokens.ok());
  CHECK(absl::IsUnauthenticated(tokens->Verify("").status()));
}

TEST_CASE("a wrong line is refused by its number and what is wrong, never its content") {
  const struct {
    std::string line;
    const char* complaint;
  } cases[] = {
      {"crm", "no role or no token"},
      {absl::StrCat("crm:", kSesame), "no role or no token"},
      {absl::StrCat("crm:", kSesame, ":delegate"), "the role is not one of"},
      {absl::StrCat("crm::", kSesame), "the role is not one of"},
      {absl::StrCat("crm:none:", kSesame), "the role is not one of"},
      {absl::StrCat("crm:Admin:", kSesame), "the role is not one of"},
      {absl::StrCat("crm:secret-role:", kSesame), "the role is not one of"},
      {"crm:agent:secret", "64 hexadecimal digits"},
      {absl::StrCat("crm:agent:", kSesame, "0"), "64 hexadecimal digits"},
      {absl::StrCat("crm:service:", kSesame, ":secret"), "only \"delegate\""},
      {absl::StrCat("crm:service:", kSesame, ":delegate:"), "only \"delegate\""},
      {absl::StrCat("crm:admin:", kSesame, ":delegate"), "only the role service"},
      {absl::StrCat(":agent:", kSesame), "the caller is not"},
      {absl::StrCat("c r m:agent:", kSesame), "the caller is not"},
      {absl::StrCat(std::string(65, 'c'), ":agent:", kSesame), "the caller is not"},
  };
  for (const auto& [line, complaint] : cases) {
    const absl::Status status =
        StaticTokens::Parse(absl::StrCat("# comment\n", line, "\n")).status();
    CAPTURE(line, status);
    CHECK(absl::IsInvalidArgument(status));
    CHECK(absl::StrContains(status.message(), "line 2 of the tokens file"));
    CHECK(absl::StrContains(status.message(), complaint));
    CHECK_FALSE(absl::StrContains(status.message(), "secret"));
    CHECK_FALSE(absl::StrContains(status.message(), kSesame));
  }
}

TEST_CASE("a file that nobody could call with is refused") {
  CHECK(absl::IsInvalidArgument(StaticTokens::Parse("# nobody\n").status()));
  CHECK(absl::IsInvalidArgument(StaticTokens::FromFile("/no/such/file").status()));
}

}  // namespace
}  // namespace clientele::auth
