#include "tools/clientele/audience/audience_export.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "tests/support/temporary_folder.h"

namespace clientele::cli {
namespace {

using recommend::v1::AudienceMember;
using recommend::v1::ListAudienceRequest;
using recommend::v1::ListAudienceResponse;

// An audience of some size whose pages end early.
class Gateway {
 public:
  explicit Gateway(int size) : size_(size) {}
  AudienceExport Export() {
    return AudienceExport([this](const ListAudienceRequest& request) { return Page(request); });
  }
  absl::StatusOr<ListAudienceResponse> Page(const ListAudienceRequest& request) {
    asked.push_back(request);
    int next = 0;
    if (!request.page_token().empty() && !absl::SimpleAtoi(request.page_token(), &next)) {
      return absl::InvalidArgumentError("page_token");
    }
    if (next == fails_at) return absl::InternalError("away");
    ListAudienceResponse page;
    page.set_consent_check(recommend::v1::CONSENT_CHECK_NOT_DONE);
    for (int i = 0; i < std::min(request.page_size(), 400) && next < size_; ++i, ++next) {
      AudienceMember& member = *page.add_members();
      member.set_customer(absl::StrCat("customers/c", next));
      member.set_score(1.5);
      recommend::v1::Reason& reason = *member.add_reasons();
      reason.set_code("SIMILAR_TO_PURCHASE");
      reason.set_text("Similar to \"A, B\", which you bought");
      reason.set_item("items/mug");
    }
    if (next < size_) page.set_next_page_token(absl::StrCat(next));
    return page;
  }

  std::vector<ListAudienceRequest> asked;
  int fails_at = -1;

 private:
  const int size_;
};

std::string Content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST_CASE("an audience is read to its end, or to the limit") {
  for (const auto& [limit, expected] : {std::pair(0, 1000), std::pair(450, 450)}) {
    Gateway gateway(1000);
    AudienceExport audience = gateway.Export();
    ListAudienceRequest request;
    request.set_category("kitchen");
    int last = -1;
    REQUIRE(audience
                .Read(request, limit,
                      [&](const AudienceMember& member) {
                        CHECK(member.customer() == absl::StrCat("customers/c", ++last));
                        return absl::OkStatus();
                      })
                .ok());
    CHECK(audience.members() == expected);
    CHECK(last == expected - 1);
    CHECK(!audience.consent_was_checked());
    CHECK(gateway.asked.back().category() == "kitchen");
    if (limit > 0) CHECK(gateway.asked.back().page_size() == 50);
  }
}

TEST_CASE("an audience's file has a line for each customer, quoted where needed") {
  Gateway gateway(2);
  AudienceExport audience = gateway.Export();
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "audience.csv";
  REQUIRE(audience.WriteCsv({}, 0, path.string()).ok());
  CHECK(Content(path) ==
        "customer_id,score,reason_code,reason,reason_item\r\n"
        "c0,1.5,SIMILAR_TO_PURCHASE,\"Similar to \"\"A, B\"\", which you bought\",mug\r\n"
        "c1,1.5,SIMILAR_TO_PURCHASE,\"Similar to \"\"A, B\"\", which you bought\",mug\r\n");
}

TEST_CASE("an export that fails leaves no file, and an older one as it was") {
  Gateway gateway(1000);
  gateway.fails_at = 400;
  AudienceExport audience = gateway.Export();
  const testing::TemporaryFolder folder;
  const std::string path = folder.Write("audience.csv", "older").string();
  CHECK(absl::IsInternal(audience.WriteCsv({}, 0, path)));
  CHECK(Content(path) == "older");
  CHECK(!std::filesystem::exists(path + ".partial"));
  CHECK(absl::IsUnavailable(audience.WriteCsv({}, 0, (folder.path() / "no/folder").string())));
}

}  // namespace
}  // namespace clientele::cli
