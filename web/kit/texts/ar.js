export default {
  title_ringing: '{name} يتصل بك',

  online: 'متصل',
  reconnecting: 'جارٍ الاتصال مجددًا…',
  load_again: 'إعادة التحميل',
  closed_misunderstanding: 'هذه الصفحة لا توافق إصدار الخدمة. أعد تحميلها.',

  more: 'المزيد',
  language_choice: 'اللغة',

  accept: 'قبول',
  mute: 'كتم',
  camera: 'الكاميرا',
  screen: 'الشاشة',
  speaker: 'السماعة',
  hang_up: 'إنهاء',
  cancel: 'إلغاء',
  sound_on: 'تشغيل الصوت',

  their_camera: 'كاميرا الطرف الآخر',
  their_screen: 'شاشة الطرف الآخر',
  own_camera: 'كاميرتك',

  state_calling: 'جارٍ الاتصال…',
  state_connected: 'في مكالمة',
  network_good: 'اتصال جيد',
  network_fair: 'اتصال غير مستقر',
  network_poor: 'اتصال ضعيف',

  end_interrupted: 'انقطعت المكالمة',
  end_with_time: '{end} · {time}',

  microphone_blocked: 'الميكروفون محظور. اسمح به من شريط العنوان وحاول مجددًا.',
  microphone_missing: 'لم يُعثر على ميكروفون. وصّل واحدًا وحاول مجددًا.',
  microphone_taken: 'برنامج آخر يستخدم الميكروفون. أغلقه وحاول مجددًا.',
  microphone_insecure: 'لا يتيح المتصفح الميكروفون لهذه الصفحة إلا عبر https.',
  camera_blocked: 'الكاميرا محظورة. اسمح بها من شريط العنوان وحاول مجددًا.',
  camera_missing: 'لم يُعثر على كاميرا. وصّل واحدة أو تابع من دونها.',
  camera_taken: 'برنامج آخر يستخدم الكاميرا. أغلقه وحاول مجددًا.',
  camera_insecure: 'لا يتيح المتصفح الكاميرا لهذه الصفحة إلا عبر https.',

  refused_overloaded: 'الخدمة مشغولة. حاول مجددًا.',
  refused_draining: 'يُعاد تشغيل الخدمة. حاول بعد دقيقة.',
  went_wrong: 'لم ينجح ذلك. حاول مجددًا.',
  line_broke: 'انقطع الاتصال. حاول مجددًا.',
};
