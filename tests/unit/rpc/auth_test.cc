#include <cstdio>
#include <fstream>
#include <string>

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/rpc/auth_middleware.h"
#include "common/rpc/client_context.h"
#include "common/status/error_details.h"
#include "tests/unit/rpc/test_server.h"

namespace clientele::rpc::testing {
namespace {

// SHA-256 of "sesame", "old-sesame" and "gateway-secret", by Python's hashlib.
constexpr char kTokens[] =
    "# who may call\n"
    "\n"
    "crm:d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272\n"
    "crm:8f2379c738e7eb1a0449fc50cd087db66f12dd113b6426c0f160f71ddf375303  # until the rotation is "
    "over\n"
    "gateway:1e0baae50a6e2006d894f9e64c53a1317e6032f4ba67df08199d5378c5948ce6:delegate\n";

// A file that goes with its owner.
class TokensFile {
 public:
  explicit TokensFile(const std::string& text)
      : path_(absl::StrCat("/tmp/clientele-tokens-", getpid())) {
    std::ofstream(path_) << text;
  }
  ~TokensFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

TEST_CASE("a token is found by its hash") {
  const auto tokens = AuthTokens::Parse(kTokens);
  REQUIRE(tokens.ok());
  REQUIRE(tokens->Find("sesame") != nullptr);
  CHECK(tokens->Find("sesame")->caller == "crm");
  CHECK_FALSE(tokens->Find("sesame")->may_delegate);
  REQUIRE(tokens->Find("old-sesame") != nullptr);
  CHECK(tokens->Find("old-sesame")->caller == "crm");
  CHECK(tokens->Find("gateway-secret")->may_delegate);
  CHECK(tokens->Find("Sesame") == nullptr);
  CHECK(tokens->Find("") == nullptr);
}

TEST_CASE("a wrong tokens file names the line and never its content") {
  for (const char* text :
       {"crm", "crm:secret",
        "crm:d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272:admin",
        ":d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272",
        "c r m:d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272"}) {
    const absl::Status status = AuthTokens::Parse(absl::StrCat("# comment\n", text)).status();
    CAPTURE(text, status);
    CHECK(absl::IsInvalidArgument(status));
    CHECK(absl::StrContains(status.message(), "line 2"));
    CHECK_FALSE(absl::StrContains(status.message(), "secret"));
  }
  CHECK(absl::IsInvalidArgument(AuthTokens::Parse("# nobody\n").status()));
}

TEST_CASE("only callers with a token are served, under their name") {
  const TokensFile file(kTokens);
  TestServer server({.auth_tokens_file = file.path()});
  Seen<std::string> caller;
  server.service->get_customer = [&caller](const RequestContext& context,
                                           const v1::GetCustomerRequest&) {
    caller.Set(context.caller);
    return v1::Customer();
  };
  for (const char* header : {"", "sesame", "Bearer", "Bearer wrong", "Basic sesame"}) {
    CAPTURE(header);
    const absl::Status status = server.Get("x", {{"authorization", header}}).status;
    CHECK(absl::IsUnauthenticated(status));
    CHECK(GetReason(status) == reason::kUnauthenticated);
    CHECK(caller.Get().empty());
  }
  CHECK(absl::IsUnauthenticated(server.Get("x").status));
  CHECK(server.Get("x", {{"authorization", "Bearer sesame"}}).status.ok());
  CHECK(caller.Get() == "crm");
  CHECK(server.Get("x", {{"authorization", "bearer sesame"}}).status.ok());
  for (const std::string& line : server.LogLines()) {
    CHECK_FALSE(absl::StrContains(line, "sesame"));
  }
}

TEST_CASE("only a delegate acts on behalf of others") {
  const TokensFile file(kTokens);
  TestServer server({.auth_tokens_file = file.path()});
  Seen<std::string> caller;
  server.service->get_customer = [&caller](const RequestContext& context,
                                           const v1::GetCustomerRequest&) {
    caller.Set(context.caller);
    return v1::Customer();
  };
  RequestContext context;
  context.caller = "shop";
  const auto call = [&](const std::string& token) {
    return CallUnary(*server.stub, &v1::ProfileService::StubInterface::GetCustomer, context,
                     v1::GetCustomerRequest(), {.bearer_token = token})
        .status();
  };
  CHECK(call("gateway-secret").ok());
  CHECK(caller.Get() == "shop");
  CHECK(call("sesame").ok());
  CHECK(caller.Get() == "crm");
  context.caller = "not a name";
  CHECK(absl::IsInvalidArgument(call("gateway-secret")));
}

}  // namespace
}  // namespace clientele::rpc::testing
