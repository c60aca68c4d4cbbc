#include "services/profile-service/core/cards/segment_reports.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "services/profile-service/core/segments/segment_filler.h"
#include "services/profile-service/core/segments/segment_size_log.h"
#include "services/profile-service/core/segments/segment_worker.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile::testing {
namespace {

struct ReportsFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  Segments segments{&stores, &stores, nullptr, &clock, {}};
  SegmentFiller filler{&stores, nullptr, &clock, {}};
  SegmentWorker worker{&stores, &stores, nullptr, &clock, {}};
  SegmentSizeLog sizes{&stores, &clock};
  SegmentReports reports{&segments, &stores, &stores, &clock, {}};
  RequestContext context;

  // `buyers` of ten customers.
  explicit ReportsFixture(int buyers = 4) {
    for (int i = 0; i < 10; ++i) {
      const std::string id = absl::StrCat("c", i);
      REQUIRE(stores.Create(context, Mutation(), MakeCustomer(id)).ok());
      if (i < buyers) {
        Add(id, EventType::kPurchase, "garden", absl::Hours(24 * 40));
      } else {
        Add(id, EventType::kView, "园艺", absl::Hours(24 * 3));
      }
    }
    REQUIRE(segments
                .Create(context, Mutation(),
                        {.id = "buyers", .display_name = "<Käufer>", .rule = "purchases >= 1"},
                        false)
                .ok());
    Work();
  }
  void Add(const std::string& customer, EventType type, const std::string& category,
           absl::Duration ago) {
    Event event = MakeEvent(customer, absl::StrCat(category, absl::ToInt64Hours(ago)), type);
    event.category = category;
    event.event_time = clock.Now() - ago;
    REQUIRE(stores.Insert(context, Mutation(), MakeBatch({event})).ok());
  }
  void Work() {
    REQUIRE(filler.Run(context).ok());
    REQUIRE(worker.Run(context).ok());
    REQUIRE(sizes.Run(context).ok());
  }
  std::string Render(const std::string& language) {
    const auto svg = reports.Render(context, "buyers", language);
    INFO(svg.status().ToString());
    REQUIRE(svg.ok());
    return *svg;
  }
};

TEST_CASE("a report tells the rule, the size, and what members do beside everybody") {
  ReportsFixture f;
  const std::string svg = f.Render("en");
  CHECK(absl::StrContains(svg, "<title>Segment &lt;Käufer&gt;</title>"));
  CHECK(absl::StrContains(svg, "Rule: purchases &gt;= 1."));
  CHECK(absl::StrContains(svg, "Members: 4."));
  CHECK(absl::StrContains(svg, "garden: Members 100%, All customers 40%."));
  CHECK_FALSE(absl::StrContains(svg, "园艺: Members"));
  CHECK(absl::StrContains(svg, "Oct: members 100%, members who bought 100%, all customers 40%."));
  CHECK(absl::StrContains(svg, "Nov: members 0%, members who bought 0%, all customers 60%."));
  CHECK(absl::StrContains(svg, "of 4 of 4 members, and of 10 customers"));
  CHECK_FALSE(absl::StrContains(svg, "Change since"));
}

TEST_CASE("the words of a report are the reader's") {
  ReportsFixture f;
  const std::string svg = f.Render("zh-CN");
  CHECK(absl::StrContains(svg, "<title>客群 &lt;Käufer&gt;</title>"));
  CHECK(absl::StrContains(svg, "成员人数: 4."));
  CHECK(absl::StrContains(svg, "10月：成员 100%"));
  CHECK_FALSE(absl::StrContains(svg, "Members"));
}

TEST_CASE("sizes over time are drawn with the gaps in them, and the change is said") {
  ReportsFixture f;
  f.clock.Advance(absl::Hours(24 * 31));
  f.Add("c8", EventType::kPurchase, "garden", absl::Hours(1));
  f.Work();
  const std::string svg = f.Render("en");
  CHECK(absl::StrContains(svg, "Members: 5."));
  CHECK(absl::StrContains(svg, "Change since 2023-11-14: +1."));
  CHECK(absl::StrContains(svg, "Size over time: 4 to 5 members from 2023-11-14 to 2023-12-15."));
  const auto sized = f.segments.Get(f.context, "buyers");
  REQUIRE(sized.ok());
  REQUIRE(sized->sizes.size() == 2);
  CHECK(sized->sizes[0] == SegmentSize{absl::CivilDay(2023, 11, 14), 4});
  CHECK(sized->sizes[1] == SegmentSize{absl::CivilDay(2023, 12, 15), 5});
}

TEST_CASE("today's size is the one of this moment, whatever was recorded") {
  ReportsFixture f;
  f.Add("c8", EventType::kPurchase, "garden", absl::Hours(1));
  REQUIRE(f.worker.Run(f.context).ok());
  const auto sized = f.segments.Get(f.context, "buyers");
  REQUIRE(sized.ok());
  CHECK(sized->sizes == std::vector<SegmentSize>{{absl::CivilDay(2023, 11, 14), 5}});
}

TEST_CASE("sizes are kept for 400 days") {
  ReportsFixture f;
  f.clock.Advance(absl::Hours(24 * (kKeptSizes - 1)));
  f.Work();
  CHECK(f.segments.Get(f.context, "buyers")->sizes.size() == 2);
  f.clock.Advance(absl::Hours(24));
  f.Work();
  CHECK(f.segments.Get(f.context, "buyers")->sizes.size() == 2);
  CHECK(f.segments.Get(f.context, "buyers")->sizes[0].day == absl::CivilDay(2024, 12, 17));
}

TEST_CASE("nothing of who withdrew their consent to profiling is in a report") {
  ReportsFixture f;
  REQUIRE(f.stores
              .Record(f.context, Mutation(),
                      {{.customer_id = "c0",
                        .purpose = consent::Purpose::kProfiling,
                        .granted = false,
                        .decision_time = kNow}},
                      {})
              .ok());
  // Before the background has come by.
  CHECK(absl::StrContains(f.Render("en"), "of 3 of 4 members, and of 9 customers"));
}

TEST_CASE("a sample is as large as it may be, and the report says how large") {
  ReportsFixture f(8);
  const SegmentReports small(&f.segments, &f.stores, &f.stores, &f.clock, {.sample = 5});
  const auto svg = small.Render(f.context, "buyers", "en");
  REQUIRE(svg.ok());
  CHECK(absl::StrContains(*svg, "of 5 of 8 members, and of 5 customers"));
}

TEST_CASE("a segment of nobody, and of members of whom nothing is known, says so") {
  ReportsFixture f(0);
  CHECK(absl::StrContains(f.Render("en"), "Nobody belongs to it."));
  REQUIRE(
      f.segments.Create(f.context, Mutation(), {.id = "new", .rule = "not purchases >= 1"}, false)
          .ok());
  for (const char* id : {"x", "y"}) {
    REQUIRE(f.stores.Create(f.context, Mutation(), MakeCustomer(id)).ok());
  }
  REQUIRE(
      f.segments.Create(f.context, Mutation(), {.id = "silent", .rule = "tenure_days = 0"}, false)
          .ok());
  f.Work();
  const auto svg = f.reports.Render(f.context, "silent", "en");
  REQUIRE(svg.ok());
  CHECK(absl::StrContains(*svg, "Members: 2."));
  CHECK(absl::StrContains(*svg, "Nothing is known of what they are interested in."));
}

TEST_CASE("nobody's report is not found") {
  ReportsFixture f;
  CHECK(absl::IsNotFound(f.reports.Render(f.context, "no", "en").status()));
  CHECK(absl::IsInvalidArgument(f.reports.Render(f.context, "a b", "en").status()));
}

TEST_CASE("a long rule is drawn in lines of the card's width, and said whole") {
  ReportsFixture f;
  std::string rule = "purchases(90d, category = \"garden\") >= 2";
  for (int i = 0; i < 40; ++i) absl::StrAppend(&rule, " or views(", i + 1, "d) >= ", i + 2);
  REQUIRE(f.segments.Create(f.context, Mutation(), {.id = "long", .rule = rule}, false).ok());
  const auto svg = f.reports.Render(f.context, "long", "en");
  REQUIRE(svg.ok());
  CHECK(absl::StrContains(*svg, ">purchases(90d, category = &quot;garden&quot;) &gt;= 2 or"));
  CHECK(absl::StrContains(*svg, "…</text>"));
  CHECK(absl::StrContains(*svg, "or views(40d) &gt;= 41."));
}

}  // namespace
}  // namespace clientele::profile::testing
