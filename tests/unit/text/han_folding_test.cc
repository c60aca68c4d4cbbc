#include "common/text/han_folding.h"

#include <catch2/catch_test_macros.hpp>

#include "common/text/search_terms.h"

namespace clientele::text {
namespace {

TEST_CASE("traditional characters become simplified ones") {
  CHECK(FoldHan("怎麼申請退貨？") == "怎么申请退货？");
  CHECK(FoldHan("琉璃積分多久過期") == "琉璃积分多久过期");
  CHECK(FoldHan("怎么退货") == "怎么退货");
}

TEST_CASE("white space between Han characters is removed, and no other") {
  CHECK(FoldHan("退 款　要 多 久") == "退款要多久");
  CHECK(FoldHan("我的 parcel 在 哪里") == "我的 parcel 在哪里");
  CHECK(FoldHan("two  words") == "two  words");
  CHECK(FoldHan(" 退 货 ") == " 退货 ");
}

TEST_CASE("bytes that are not UTF-8 do no harm") {
  CHECK(FoldHan("\xff") == "\xff");
  CHECK(FoldHan("退\xff货") == "退\xEF\xBF\xBD货");
}

TEST_CASE("texts in both characters are found by the same terms") {
  CHECK(SearchTerms("怎麼申請退貨？") == SearchTerms("怎么申请退货？"));
  CHECK(SearchTerms("退 款 要 多 久") == SearchTerms("退款要多久"));
}

}  // namespace
}  // namespace clientele::text
