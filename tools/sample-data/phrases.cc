#include "tools/sample-data/phrases.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace clientele::sample {

// clang-format off
const Phrases& EnglishPhrases() {
  static const Phrases phrases = {
      .searches = {"{kind}", "{color} {kind}", "{kind} gift", "{make} {kind}", "{category}", "cheap {kind}", "best {kind}", "{kind} sale", "present for mum", "{color} {category}"},
      .before_purchase = {
          "Hello, is the {item} still in stock?", "Can you tell me how big the {kind} is? I could not find the measurements.", "Does the {kind} also come in {color}?",
          "Would the {item} arrive before the weekend if I order today?", "Is the {kind} suitable as a gift, and can you wrap it?", "I am torn between two {category} pieces, which one lasts longer?"},
      .after_purchase = {
          "Where is my order {order}? The tracking has not moved for {number} days.", "The {item} arrived today and it is lovely, thank you!", "My {kind} came with a crack, order {order}. What can you do?",
          "I ordered {number} pieces but only one {kind} was in the parcel.", "Please send order {order} to my office instead, I typed the wrong address.", "Could I have an invoice for order {order} with our company name?",
          "I would like to cancel order {order}, I bought the {kind} by mistake.", "How do I clean the {kind}? There was no leaflet in the box."},
      .after_return = {
          "I sent the {kind} back {number} days ago. When will I get my refund?", "Did my return for order {order} reach you?", "The {kind} was not my color after all. Can I exchange it for {color}?",
          "Your courier did not collect the return of order {order}."},
      .general = {
          "My points from last month are missing.", "I cannot log in, the password link does not work.", "The app crashes on my phone when I open the basket.", "Can I use two discount codes at once?",
          "Please unsubscribe me from the newsletter.", "Is the shop in Leeds open on Sunday?", "My card was declined {number} times, what is wrong?", "How do I pause my tea subscription?",
          "I would like a copy of the data you hold about me.", "Can I pay in instalments for an order of {number}0 pounds?"},
      .social_posts = {
          "In love with my new {item} from Willow & Lark", "Sunday well spent with my {kind}. So cosy!", "Anyone else collecting {category} from Willow & Lark?", "My {kind} in {color} finally came and the cat has claimed the box",
          "The best present this year: a {make} {kind}", "Willow & Lark, please bring back the {kind} in {color}!", "Unboxing: {item}. The wrapping alone is worth it", "Not impressed with the delivery this time, {number} days late",
          "Weekend plans: tea, rain and a new {kind}", "Small shops need friends: look at this {kind}"},
      .reviews_good = {"Beautiful {kind}, exactly as in the picture.", "Well made and quick to arrive. I would buy the {kind} again.", "The {color} is even nicer in daylight.", "My third {kind} from here. Always good.", ""},
      .reviews_bad = {"The {kind} is smaller than I expected.", "Nice idea, but the finish is rough.", "The color is not what the photo shows.", "It broke after {number} days.", ""},
  };
  return phrases;
}

const Phrases& ChinesePhrases() {
  static const Phrases phrases = {
      .searches = {"{kind}", "{color}{kind}", "{kind}礼物", "{make}{kind}", "{category}", "便宜的{kind}", "{kind}推荐", "{kind}打折", "送妈妈的礼物", "{color}{category}"},
      .before_purchase = {
          "你好，{item}还有货吗？", "请问{kind}的尺寸是多少？页面上没找到。", "{kind}有{color}的吗？",
          "今天下单的话，{item}周末前能到吗？", "{kind}适合送人吗，可以帮忙包装吗？", "两款{category}拿不定主意，哪款更耐用？"},
      .after_purchase = {
          "我的订单{order}到哪里了？物流{number}天没更新了。", "今天收到{item}了，非常喜欢，谢谢！", "订单{order}的{kind}有裂痕，怎么处理？",
          "我买了{number}件，包裹里只有一件{kind}。", "订单{order}的地址写错了，请改寄到我公司。", "订单{order}可以开公司抬头的发票吗？",
          "我想取消订单{order}，{kind}买错了。", "{kind}怎么清洗？盒子里没有说明书。"},
      .after_return = {
          "{kind}寄回去{number}天了，什么时候退款？", "订单{order}的退货你们收到了吗？", "{kind}的颜色不适合我，可以换成{color}吗？", "快递没有来取订单{order}的退货。"},
      .general = {
          "上个月的积分没有到账。", "登录不了，重置密码的链接打不开。", "打开购物篮应用就闪退。", "可以同时用两个优惠码吗？", "请帮我退订电子报。", "利兹的门店周日开门吗？",
          "银行卡付款失败{number}次了，是什么原因？", "怎么暂停茶叶订阅？", "我想要一份你们保存的我的数据。", "{number}0英镑的订单可以分期吗？"},
      .social_posts = {
          "新入手的柳雀{item}，太喜欢了", "周日和我的{kind}一起度过，好惬意", "还有谁也在收集柳雀的{category}？", "等了好久的{color}{kind}终于到了，箱子被猫占了",
          "今年最好的礼物：{make}{kind}", "柳雀，求{color}的{kind}补货！", "开箱：{item}，光是包装就值了", "这次配送有点失望，晚了{number}天", "周末计划：喝茶、听雨、摆弄新{kind}", "支持小店，看看这个{kind}"},
      .reviews_good = {"{kind}很漂亮，和图片一样。", "做工好，到货快，还会再买{kind}。", "{color}在阳光下更好看。", "第三次买{kind}了，一直很好。", ""},
      .reviews_bad = {"{kind}比想象的小。", "想法不错，但是做工粗糙。", "颜色和照片不一样。", "用了{number}天就坏了。", ""},
  };
  return phrases;
}

const std::vector<NamePart>& EnglishGivenNames() {
  static const std::vector<NamePart> names = {
      {"Alice", "alice"}, {"Ben", "ben"}, {"Charlotte", "charlotte"}, {"Daniel", "daniel"}, {"Eleanor", "eleanor"}, {"Finn", "finn"}, {"Grace", "grace"}, {"Harry", "harry"},
      {"Isla", "isla"}, {"Jack", "jack"}, {"Katherine", "katherine"}, {"Liam", "liam"}, {"Maya", "maya"}, {"Noah", "noah"}, {"Olivia", "olivia"}, {"Priya", "priya"},
      {"Rhys", "rhys"}, {"Siobhan", "siobhan"}, {"Thomas", "thomas"}, {"Una", "una"}, {"Victor", "victor"}, {"Wendy", "wendy"}, {"Yusuf", "yusuf"}, {"Zoe", "zoe"}};
  return names;
}

const std::vector<NamePart>& EnglishFamilyNames() {
  static const std::vector<NamePart> names = {
      {"Ashworth", "ashworth"}, {"Bennett", "bennett"}, {"Carter", "carter"}, {"Davies", "davies"}, {"Evans", "evans"}, {"Fletcher", "fletcher"}, {"Gallagher", "gallagher"}, {"Hughes", "hughes"},
      {"Iqbal", "iqbal"}, {"Jenkins", "jenkins"}, {"Kaur", "kaur"}, {"Lawson", "lawson"}, {"MacLeod", "macleod"}, {"Nolan", "nolan"}, {"O'Brien", "obrien"}, {"Patel", "patel"},
      {"Quinn", "quinn"}, {"Roberts", "roberts"}, {"Shaw", "shaw"}, {"Turner", "turner"}, {"Underwood", "underwood"}, {"Walker", "walker"}, {"Young", "young"}, {"Whitfield", "whitfield"}};
  return names;
}

const std::vector<NamePart>& ChineseFamilyNames() {
  static const std::vector<NamePart> names = {
      {"王", "wang"}, {"李", "li"}, {"张", "zhang"}, {"刘", "liu"}, {"陈", "chen"}, {"杨", "yang"}, {"黄", "huang"}, {"赵", "zhao"}, {"吴", "wu"}, {"周", "zhou"},
      {"徐", "xu"}, {"孙", "sun"}, {"马", "ma"}, {"朱", "zhu"}, {"胡", "hu"}, {"林", "lin"}, {"郭", "guo"}, {"何", "he"}, {"高", "gao"}, {"罗", "luo"}};
  return names;
}

const std::vector<NamePart>& ChineseGivenNames() {
  static const std::vector<NamePart> names = {
      {"伟", "wei"}, {"芳", "fang"}, {"娜", "na"}, {"敏", "min"}, {"静", "jing"}, {"磊", "lei"}, {"洋", "yang"}, {"艳", "yan"}, {"子涵", "zihan"}, {"欣怡", "xinyi"},
      {"浩然", "haoran"}, {"宇轩", "yuxuan"}, {"思远", "siyuan"}, {"雨桐", "yutong"}, {"梓萱", "zixuan"}, {"明哲", "mingzhe"}, {"晓梅", "xiaomei"}, {"建国", "jianguo"}, {"丽华", "lihua"}, {"志强", "zhiqiang"},
      {"佳琪", "jiaqi"}, {"文博", "wenbo"}, {"若曦", "ruoxi"}, {"天宇", "tianyu"}};
  return names;
}
// clang-format on

std::string FillSlots(std::string phrase,
                      const std::vector<std::pair<std::string, std::string>>& slots) {
  for (const auto& [slot, value] : slots) {
    absl::StrReplaceAll({{absl::StrCat("{", slot, "}"), value}}, &phrase);
  }
  return phrase;
}

}  // namespace clientele::sample
